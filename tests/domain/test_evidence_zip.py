"""Bundles: what comes out is what went in, byte for byte, and nothing lands outside of the folder."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from partnertui.domain.errors import DomainError
from partnertui.domain.evidence_zip import MANIFEST, Part, pack, unpack, write_parts

PARTS = (Part("ticket.json", b"{}"), Part("attachments/1-trace.pcap", b"\xd4\xc3\xb2\xa1" * 100, "trace"))
MADE = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


def rebuilt(names: dict[str, bytes], **manifest: Any) -> bytes:
    """A zip with a manifest that has been changed by hand."""
    own = json.loads(unpack(pack(PARTS, "T-1", "Ann", MADE))[0].content)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(MANIFEST, json.dumps(own | manifest))
        for name, content in names.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_unpacked_as_it_was_packed(tmp_path: Path) -> None:
    manifest, *parts = unpack(pack(PARTS, "T-1", "Ann", MADE))
    assert tuple(parts) == PARTS
    told = json.loads(manifest.content)
    assert (told["ticket"], told["made_by"], told["made_at"]) == ("T-1", "Ann", "2026-03-02T10:30:00+00:00")
    write_parts([manifest, *parts], tmp_path / "new")
    assert (tmp_path / "new/attachments/1-trace.pcap").read_bytes() == PARTS[1].content
    assert (tmp_path / "new/ticket.json").stat().st_mode & 0o777 == 0o600
    with pytest.raises(DomainError, match="isn't empty"):
        write_parts(parts, tmp_path / "new")


@pytest.mark.parametrize(
    "files",
    [
        {"ticket.json": b"{ }", PARTS[1].name: PARTS[1].content},
        {"ticket.json": b"{}"},
        {"ticket.json": b"{}", PARTS[1].name: PARTS[1].content, "more.txt": b"x"},
        {"ticket.json": b"{}", PARTS[1].name: PARTS[1].content + b"x"},
    ],
    ids=["altered", "missing", "more", "longer"],
)
def test_what_differs_from_the_manifest_is_refused(files: dict[str, bytes]) -> None:
    with pytest.raises(DomainError, match="doesn't match its manifest"):
        unpack(rebuilt(files))


@pytest.mark.parametrize(
    "name",
    [
        "../up.txt",
        "/etc/passwd",
        "attachments/../../up",
        "other/a.txt",
        "attachments/",
        "a\\..\\b",
        ".hidden",
        "con",
        7,
    ],
)
def test_no_name_leads_elsewhere(name: object) -> None:
    part = {"name": name, "size": 0, "sha256": "", "about": ""}
    with pytest.raises(DomainError, match="unsafe file name"):
        unpack(rebuilt({str(name): b""}, parts=[part]))


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", rebuilt({}, parts="x"), rebuilt({}, format="other")],
    ids=["empty", "short", "no parts", "other"],
)
def test_what_is_no_bundle_is_said(content: bytes) -> None:
    with pytest.raises(DomainError):
        unpack(content)
