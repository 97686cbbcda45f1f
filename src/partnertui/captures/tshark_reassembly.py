"""Has tshark reassemble packets that the first pass (sip_first_pass.py) couldn't read: TCP, fragments, WebSocket."""

from __future__ import annotations

import tempfile
import threading
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from partnertui.calls.trace_model import Message
from partnertui.captures.capture_file import Record, Records
from partnertui.captures.exported_pdus import Dissection, messages_of
from partnertui.captures.pcapng_writer import Extract

Pairs = Iterable[tuple[int, int]]


@dataclass
class Assembly:
    """What is to be put together of one capture. `origin`: its path; `folder`: where extracts are made.

    `packets` and `websocket_packets`: frame and offset in pairs, the latter of connections whose handshake isn't in the
    capture. `sip_ports`, `websocket_ports`: TCP ports of these. `carried`: packets of earlier files of a ring.
    """

    records: Records
    origin: str
    folder: Path
    packets: array[int]
    websocket_packets: array[int]
    sip_ports: Sequence[int]
    websocket_ports: Sequence[int]
    carried: Sequence[Record] = ()
    keys: Path | None = None
    stop: threading.Event | None = None
    left_out: int = 0
    pieces: int = 0
    failed: list[str] = field(default_factory=list)

    def messages(self) -> list[Message]:
        """All messages, in order of their frames; raises DomainError as `tshark.run` does, and OSError."""
        found = list[Message]()
        with tempfile.TemporaryDirectory(prefix="partnertui-", dir=self.folder) as folder:
            scratch = Path(folder)
            if self.packets:
                found += self._dissected(_pairs(self.packets), scratch, self.sip_ports, websocket=False)
            if self.websocket_packets:
                found += self._dissected(_pairs(self.websocket_packets), scratch, self.websocket_ports, websocket=True)
        return found

    def _dissected(self, pairs: Pairs, scratch: Path, ports: Sequence[int], *, websocket: bool) -> list[Message]:
        made = self._extract(pairs, scratch / "odd.pcapng")
        dissection = Dissection(
            made.path, made.frames, self.origin, scratch / "pdus", ports, self.keys, self.stop, websocket=websocket
        )
        # negative: a message of an earlier file of the ring, which is indexed there
        found = [message for message in messages_of(dissection) if message.frame > 0]
        self.left_out += made.left_out
        self.pieces += dissection.pieces
        return found

    def _extract(self, pairs: Pairs, path: Path) -> Extract:
        made = Extract(path)
        try:
            for record in self.carried:
                made.add(record, record.packet)
            for frame, offset in pairs:
                own = self.records.at(frame, offset)
                if own is not None:
                    made.add(own, own.packet)
        finally:
            made.close()
        return made


def _pairs(flat: array[int]) -> list[tuple[int, int]]:
    return sorted(zip(flat[::2], flat[1::2], strict=True))
