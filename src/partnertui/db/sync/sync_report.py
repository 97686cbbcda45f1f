"""SyncReport: counts of CDRs imported, and the first errors."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_ERRORS = 20


@dataclass
class SyncReport:
    """Counts of CDRs; `errors` are about the first MAX_ERRORS of the `bad` rows, which are newly rejected."""

    imported: int = 0
    known: int = 0
    """Rows whose call is already a CDR, because of another table or an earlier run."""
    unmatched: int = 0
    """Imported CDRs that belong to no customer."""
    charged: int = 0
    """Imported CDRs that cost something."""
    without_price: int = 0
    """Imported CDRs that should cost something, but have no price yet."""
    waiting: int = 0
    """Calls that aren't complete yet; a later run imports them."""
    bad: int = 0
    by_source: dict[str, int] = field(default_factory=dict)
    """CDRs imported, by source."""
    errors: list[str] = field(default_factory=list)

    def add_error(self, sentence: str) -> None:
        """Counts a row that couldn't be imported."""
        self.bad += 1
        if len(self.errors) < MAX_ERRORS:
            self.errors.append(sentence)

    def add_imported(self, source: str, imported: int) -> None:
        """Adds to a source's count."""
        self.imported += imported
        self.by_source[source] = self.by_source.get(source, 0) + imported
