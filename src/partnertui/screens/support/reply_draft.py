"""Stores an unsent reply as a draft and restores it: recipients, attachments, language, reminders."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from partnertui.db.tickets.draft_files import FILES, draft_values, files_in, form_of_files
from partnertui.domain.drafts import DraftOf
from partnertui.kit.clock import utc_now
from partnertui.kit.terminal.safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.db.tickets.reply_mail import NewAttachment
    from partnertui.domain.drafts import DraftValues, StoredDraft
    from partnertui.kit.declare.draft_store import Drafts
    from partnertui.screens.support.reply_options import Answer

NOT_KEPT, NONE_KEPT = "{names} wasn't kept: attach it again.", "{names} weren't kept: attach them again."


def files_draft(what: DraftOf) -> DraftOf:
    """Where the files of a text are kept."""
    return DraftOf(what.table, what.record, form_of_files(what.form))


def answer_values(answer: Answer) -> DraftValues:
    """What goes with a text, as the values of its draft; of files only their names."""
    return {
        "canned": answer.canned,
        "subject": answer.subject,
        "evidence": {str(key): name for key, name in answer.evidence.items()},
        "send_at": answer.send_at.isoformat() if answer.send_at is not None else None,
        "remind": answer.remind,
        "language": answer.language,
        FILES: [file.name for file in answer.files],
    }


def put_back(answer: Answer, values: DraftValues) -> None:
    """Fills an answer from the values of a draft; a time that has passed is now."""
    answer.canned = [key for key in values.get("canned") or () if isinstance(key, int)]
    answer.subject, answer.language = str(values.get("subject") or ""), str(values.get("language") or "")
    evidence = values.get("evidence") or {}
    answer.evidence = {int(key): str(name) for key, name in evidence.items() if str(key).isdigit()}
    answer.remind = bool(values.get("remind", True))
    send_at = datetime.fromisoformat(values["send_at"]) if values.get("send_at") else None
    # A time that has passed meanwhile would send the text at once.
    answer.send_at = send_at if send_at is not None and send_at > utc_now() else None


def keep_files(drafts: Drafts, what: DraftOf, files: list[NewAttachment]) -> None:
    """Keeps the files of a text, or forgets them where there are none any more."""
    if files:
        drafts.keep(files_draft(what), draft_values(files))
    else:
        drafts.forget(files_draft(what))


def read_files(
    drafts: Drafts, what: DraftOf, values: DraftValues, done: Callable[[tuple[NewAttachment, ...], str], None]
) -> None:
    """Calls back with the files of a draft and a sentence about those that weren't kept; at once if it had none."""
    named = [str(name) for name in values.get(FILES) or ()]
    if named:
        drafts.read(files_draft(what), partial(_found, named, done))
    else:
        done((), "")


def _found(named: list[str], done: Callable[[tuple[NewAttachment, ...], str], None], found: StoredDraft | None) -> None:
    files = files_in(found.values) if found is not None else ()
    kept = {file.name for file in files}
    lost = [one_line(name, 60) for name in named if name not in kept]
    told = NOT_KEPT if len(lost) == 1 else NONE_KEPT
    done(files, told.format(names=", ".join(lost)) if lost else "")
