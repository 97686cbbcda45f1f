"""Stores a draft's attached files apart from its text, which is saved at every pause."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Iterable

from partnertui.db.tickets.reply_mail import MOST_BYTES, NewAttachment
from partnertui.domain.drafts import DraftValues
from partnertui.domain.errors import DomainError

FILES = "files"
"""Value of a draft: in that of the files their contents, in that of the text their names."""


def form_of_files(kind: str) -> str:
    """The form of the draft that has the files of a reply or a note."""
    return f"{kind} {FILES}"


def draft_values(files: Iterable[NewAttachment]) -> DraftValues:
    """Files as the values of a draft."""
    return {FILES: [[one.name, one.media_type, b64encode(one.content).decode("ascii")] for one in files]}


def files_in(values: DraftValues) -> tuple[NewAttachment, ...]:
    """The files in the values of a draft; one that isn't whole is left out."""
    found = []
    for one in values.get(FILES) or ():
        try:
            name, media_type, content = one
            found.append(NewAttachment(str(name), str(media_type), b64decode(content, validate=True)))
        except (Error, TypeError, ValueError):
            continue
    return tuple(found)


def require_room(files: Iterable[NewAttachment], more: int = 0) -> None:
    """Raises DomainError if files, and `more` bytes beside them, are too large for a mail."""
    size = more + sum(len(one.content) for one in files)
    if size > MOST_BYTES:
        raise DomainError(
            f"The attachments are too large: {size / 1e6:.1f} MB.",
            f"Most mail servers refuse more than {MOST_BYTES // 1_000_000} MB: remove one.",
            field="file",
        )
