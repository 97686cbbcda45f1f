"""Drafts: what an unsaved text or form belongs to, and what is stored of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

DraftValues = dict[str, Any]
"""What was typed, by field."""


@dataclass(frozen=True)
class DraftOf:
    """What a draft belongs to: a record (0 for a new one) and the dialog it is typed in."""

    table: str
    record: int
    form: str


@dataclass(frozen=True)
class StoredDraft:
    """What was typed, by field, and when; `discarded` if the operator closed the dialog without saving it."""

    values: DraftValues
    saved_at: datetime
    discarded: bool = False
    key: str = ""
    """The idempotency key that it is saved with, if its dialog has one: the program may have been killed after that."""
