"""The protocol of a store for unsaved texts and forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from partnertui.domain.drafts import DraftOf, StoredDraft


class Drafts(Protocol):
    """The drafts of whoever is signed in."""

    refusal: str
    """Why drafts can't be kept, with what to do; "" where they can."""

    def read(self, what: DraftOf, done: Callable[[StoredDraft | None], None]) -> None:
        """Calls back with the draft of a dialog, or None if nothing was left unsaved there."""

    def keep(self, what: DraftOf, values: Mapping[str, Any], *, discarded: bool = False, key: str = "") -> None:
        """Keeps what was typed, by field; it is stored within a second."""

    def forget(self, what: DraftOf) -> None:
        """Removes a draft: it was saved."""

    def flush(self) -> None:
        """Stores at once what isn't stored yet."""


class NoDrafts:
    """Keeps nothing: for commands, and where there is no key to encrypt with."""

    refusal = ""
    """Nothing is typed there."""

    def read(self, what: DraftOf, done: Callable[[StoredDraft | None], None]) -> None:
        """There is none."""
        done(None)

    def keep(self, what: DraftOf, values: Mapping[str, Any], *, discarded: bool = False, key: str = "") -> None:
        """Not kept."""

    def forget(self, what: DraftOf) -> None:
        """Nothing to remove."""

    def flush(self) -> None:
        """Nothing to store."""
