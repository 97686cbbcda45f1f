"""Reads the messages of a capture with just one call, such as one attached to a ticket."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from partnertui.atomic_files import PRIVATE, write_file
from partnertui.calls.trace_model import Message
from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import IndexUpdate
from partnertui.captures.indexed_call_loader import CallLoader
from partnertui.domain.errors import DomainError

FILE, INDEX = "evidence.pcap", "captures.db"


def kept_messages(content: bytes, folder: Path) -> list[Message]:
    """All messages of a capture's bytes, in order of time.

    They are read from a private file in a new folder below `folder`, which is gone afterwards. Raises DomainError if
    it can't be written or isn't a capture.
    """
    try:
        with TemporaryDirectory(prefix="evidence-", dir=folder, ignore_cleanup_errors=True) as private:
            path = Path(private) / FILE
            write_file(path, content, mode=PRIVATE)
            return _read(path, Path(private) / INDEX)
    except OSError as error:
        raise DomainError(
            f"The trace can't be unpacked in {folder}: {error.strerror}.",
            advice="Check its free space and permissions, then try again.",
        ) from None


def _read(path: Path, index_path: Path) -> list[Message]:
    with closing(Index(index_path)) as index:
        troubles = IndexUpdate(index).update([path])
        with closing(CallLoader(index)) as loader:
            calls = [call for some in loader.all([path]) for call in some]
    if not calls:
        raise DomainError("This attachment has no SIP messages.", advice=" ".join(troubles) or "Save it to view it.")
    return sorted((one for call in calls for one in call.messages), key=lambda one: (one.time_us, one.frame))
