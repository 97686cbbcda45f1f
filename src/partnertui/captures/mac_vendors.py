"""Makers of network devices by MAC prefix, from the list that comes with tshark."""

from __future__ import annotations

import re
import shutil
import subprocess
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from partnertui.captures.tshark import SYSTEM_PATH
from partnertui.domain.mac_addresses import is_local

BLOCKS = (36, 28, 24)
"""Bits of the blocks that makers are given, the smallest block first: it lies inside a larger one of the registry's."""
SECONDS = 20
MOST_OUTPUT = 20_000_000
REGISTRY = "ieee registration authority"
"""Whom a block belongs to that is divided into smaller ones."""
_LINE = re.compile(rb"([0-9A-Fa-f]{2}(?:[:.-][0-9A-Fa-f]{2}){2,5})(?:/(\d+))?\s+(\S[^\t]*?)(?:\s*\t\s*(\S.*?))?\s*")
_FOLDER = re.compile(r"^Global configuration:\s*(/.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Maker:
    """What the list says of an address: the maker's name, or why there is none."""

    name: str = ""
    reason: str = ""
    bits: int = 0
    """Size of the maker's prefix."""

    @property
    def words(self) -> str:
        """The name, or that there is none and why."""
        if self.name:
            return self.name if self.bits == 24 else f"{self.name} ({self.bits}-bit block)"
        return self.reason


LOCAL = Maker(reason="none: a locally administered address")
UNLISTED = Maker(reason="not known: tshark's list has no vendor for this address")


@dataclass(frozen=True)
class MakerList:
    """The prefixes of each block size, sorted, beside the indexes of their names; `missing` says why it is empty."""

    prefixes: dict[int, array[int]] = field(default_factory=dict)
    indexes: dict[int, array[int]] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    missing: str = ""

    def maker(self, mac: str) -> Maker:
        """Whose an address of twelve hex digits is."""
        if is_local(mac):
            return LOCAL
        if self.missing:
            return Maker(reason=f"not known: {self.missing}")
        for bits in BLOCKS:
            prefix, sorted_prefixes = int(mac, 16) >> 48 - bits, self.prefixes.get(bits, array("Q"))
            at = bisect_left(sorted_prefixes, prefix)
            if at < len(sorted_prefixes) and sorted_prefixes[at] == prefix:
                name = self.names[self.indexes[bits][at]]
                return UNLISTED if name.lower() == REGISTRY else Maker(name, bits=bits)
        return UNLISTED


@lru_cache(1)
def maker_list() -> MakerList:
    """The list of this host's tshark, read once; call it in a job (a third of a second)."""
    program = shutil.which("tshark", path=SYSTEM_PATH)
    if program is None:
        return MakerList(missing="tshark isn't installed, so there is no vendor list")
    folder = _FOLDER.search(_output(program, "folders").decode("utf-8", "replace"))
    try:
        text = Path(folder[1], "manuf").read_bytes() if folder else b""
    except OSError:
        text = b""
    # since Wireshark 4.2 the list is in the program itself
    found = read_list((text or _output(program, "manuf")).splitlines())
    return found if found.names else MakerList(missing="tshark's vendor list can't be read")


def read_list(lines: Iterable[bytes]) -> MakerList:
    """The index of a list: `00:04:13`, or with `/28` or `/36`, then a short and a full name; others are skipped."""
    names: dict[str, int] = {}
    blocks: dict[int, dict[int, int]] = {bits: {} for bits in BLOCKS}
    for line in lines:
        parts = _LINE.fullmatch(line)
        if parts is None:
            continue
        digits = re.sub(rb"[:.-]", b"", parts[1])
        bits = int(parts[2] or len(digits) * 4)
        if bits in blocks:
            name = (parts[4] or parts[3]).decode("utf-8", "replace")
            prefix = int(digits.ljust(12, b"0"), 16) >> 48 - bits
            blocks[bits][prefix] = names.setdefault(name, len(names))
    order = {bits: sorted(found) for bits, found in blocks.items()}
    return MakerList(
        {bits: array("Q", prefixes) for bits, prefixes in order.items()},
        {bits: array("L", (blocks[bits][prefix] for prefix in prefixes)) for bits, prefixes in order.items()},
        tuple(names),
    )


def _output(program: str, what: str) -> bytes:
    """What tshark knows about itself, with no environment that could change it; nothing if it fails."""
    try:
        done = subprocess.run(
            [program, "-G", what],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env={"PATH": SYSTEM_PATH, "HOME": "/nonexistent"},
        )
    except (OSError, subprocess.SubprocessError):
        return b""
    return done.stdout[:MOST_OUTPUT]
