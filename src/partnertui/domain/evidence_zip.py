"""Packs an evidence bundle into one ZIP with a SHA-256 manifest."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from partnertui.atomic_files import PRIVATE, write_file
from partnertui.domain.errors import DomainError
from partnertui.domain.file_names import safe_file_name

MANIFEST, FORMAT, VERSION = "manifest.json", "partnertui evidence bundle", 1
MOST_PARTS, MOST_BYTES = 20_000, 1_000_000_000
FOLDERS = frozenset({"attachments", "evidence"})
ALTERED = "This bundle doesn't match its manifest; nothing was unpacked."
UNREADABLE = "This isn't an evidence bundle, or it is damaged; nothing was unpacked."
ASK_AGAIN = "Ask whoever created it for a new one."


@dataclass(frozen=True)
class Part:
    """A file of the bundle: its name, with at most one folder, its bytes, and what it is."""

    name: str
    content: bytes
    about: str = ""


def pack(parts: Sequence[Part], ticket: str, made_by: str, made_at: datetime) -> bytes:
    """The zip. Raises DomainError if there is too much of it."""
    if len(parts) > MOST_PARTS or sum(len(part.content) for part in parts) > MOST_BYTES:
        raise DomainError(
            "This ticket is too large for one bundle.",
            advice=f"Limit: {MOST_PARTS:,} files and {MOST_BYTES // 1_000_000:,} MB; save its attachments one by one.",
        )
    listed = [
        {"name": one.name, "size": len(one.content), "sha256": _digest(one.content), "about": one.about}
        for one in parts
    ]
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "ticket": ticket,
        "made_by": made_by,
        "made_at": made_at.isoformat(timespec="seconds"),
        "parts": listed,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, json.dumps(manifest, indent=2, ensure_ascii=False))
        for part in parts:
            archive.writestr(part.name, part.content)
    return out.getvalue()


def unpack(content: bytes) -> list[Part]:
    """The parts, the manifest first, each compared with it.

    Raises DomainError if anything is missing, more, altered, too large, or named so that it would land elsewhere.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _parts(archive)
    except (zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError, NotImplementedError, RuntimeError):
        raise DomainError(UNREADABLE, advice=ASK_AGAIN) from None


def _parts(archive: zipfile.ZipFile) -> list[Part]:
    if len(archive.infolist()) > MOST_PARTS + 1 or sum(one.file_size for one in archive.infolist()) > 2 * MOST_BYTES:
        raise DomainError("This bundle is too large to unpack.", advice=ASK_AGAIN)
    raw = _read(archive, MANIFEST, MOST_BYTES)
    manifest = json.loads(raw)
    if manifest["format"] != FORMAT:
        raise DomainError(UNREADABLE, advice=ASK_AGAIN)
    if manifest["version"] != VERSION:
        raise DomainError(
            "This bundle was created by another version.", advice="Open it with the latest version of partnertui."
        )
    names = [one["name"] for one in manifest["parts"]]
    for name in names:
        _check_name(name)
    # Two names that differ in case alone would be one file on some file systems.
    lowered = {name.lower() for name in names}
    if len(lowered) != len(names) or sorted(archive.namelist()) != sorted([MANIFEST, *names]):
        raise DomainError(ALTERED, advice=ASK_AGAIN)
    found = [Part(MANIFEST, raw, "list of contents")]
    for one in manifest["parts"]:
        content = _read(archive, one["name"], int(one["size"]))
        if _digest(content) != one["sha256"]:
            raise DomainError(ALTERED, advice=ASK_AGAIN)
        found.append(Part(one["name"], content, str(one["about"])))
    return found


def _read(archive: zipfile.ZipFile, name: str, size: int) -> bytes:
    with archive.open(name) as file:  # the sizes in a zip are only claimed
        content = file.read(size + 1)
    if len(content) > size:
        raise DomainError(ALTERED, advice=ASK_AGAIN)
    return content


def _check_name(name: object) -> None:
    folder, slash, last = name.rpartition("/") if isinstance(name, str) else ("", "", "")
    fits = folder in FOLDERS if slash else not folder
    if not fits or not last or safe_file_name(last) != last or last.lower() == MANIFEST:
        raise DomainError("This bundle contains an unsafe file name; nothing was unpacked.", advice=ASK_AGAIN)


def write_parts(parts: Sequence[Part], folder: Path) -> None:
    """Writes the parts to a folder that is new or empty, readable by its owner alone. Raises DomainError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise DomainError(
                f"The folder {folder} isn't empty.", advice="Choose a new folder: existing files are never overwritten."
            )
        for part in parts:
            path = folder / part.name
            path.parent.mkdir(mode=0o700, exist_ok=True)
            write_file(path, part.content, mode=PRIVATE)
    except OSError as error:
        raise DomainError(
            f"The bundle can't be unpacked into {folder}: {error.strerror}.", advice="Choose another folder."
        ) from None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
