"""What a run of sync did."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_TROUBLES = 20


@dataclass
class SyncReport:
    """Counts of CDRs; `troubles` are sentences, the first 20 of `bad` rows that could not be read."""

    taken: int = 0
    known: int = 0
    """Rows whose call is a CDR already: of another table that tells of it, or of an earlier run."""
    unmatched: int = 0
    """Of those taken, the ones that are no customer's."""
    waiting: int = 0
    """Calls whose last facts are not there yet; a later run takes them."""
    bad: int = 0
    by_source: dict[str, int] = field(default_factory=dict)
    """CDRs taken, by source."""
    troubles: list[str] = field(default_factory=list)

    def trouble(self, sentence: str) -> None:
        """Notes a row that could not be read."""
        self.bad += 1
        if len(self.troubles) < MOST_TROUBLES:
            self.troubles.append(sentence)

    def took(self, source: str, taken: int) -> None:
        """Adds to a source's count."""
        self.taken += taken
        self.by_source[source] = self.by_source.get(source, 0) + taken
