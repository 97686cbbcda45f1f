"""Runs tshark through pyshark in the event loop, and yields its PDML packet by packet.

Its packets cannot tell a tree any more, and cost more than tshark itself: the XML is handed on as it is. Importing this
takes a tenth of a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from pathlib import Path

from pyshark import FileCapture
from pyshark.capture.capture import TSharkCrashException
from pyshark.tshark.output_parser.tshark_xml import TsharkXmlParser

from partnertui.captures import tshark

PREFERENCES = {
    "sdp.establish_conversation": "FALSE",
    "udp.try_heuristic_first": "TRUE",
}
"""The last: SIP on a port that has another use is SIP all the same."""
log = logging.getLogger(__name__)


class _Parser(TsharkXmlParser):  # type: ignore[misc]
    """Hands out the XML of each packet; others have their turn in between."""

    async def get_packets_from_stream(
        self, stream: asyncio.StreamReader, existing_data: bytes, got_first_packet: bool = True
    ) -> tuple[bytes | None, bytes]:
        await asyncio.sleep(0)
        found: tuple[bytes | None, bytes] = await super().get_packets_from_stream(
            stream, existing_data, got_first_packet
        )
        return found

    def _parse_single_packet(self, packet: bytes) -> bytes:
        return packet


class _Capture(FileCapture):  # type: ignore[misc]
    """A capture whose packets are wanted as XML."""

    def _setup_tshark_output_parser(self) -> _Parser:
        return _Parser()

    async def _handle_process_stderr_forever(self, stderr: asyncio.StreamReader) -> None:
        """What tshark says may be anything, of any length."""
        # Not by lines, as pyshark does: asyncio's readline() raises ValueError for one of more than 64 kB.
        while said := await stderr.read(4_096):
            self._last_error_line = said[-300:].decode("utf-8", "replace").strip()

    async def _cleanup_subprocess(self, process: asyncio.subprocess.Process) -> None:
        """Behind its last packet tshark ends by itself: killing it then loses how it ended."""
        self._running_processes.discard(process)
        if self._eof_reached:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), 2)
        try:
            await super()._cleanup_subprocess(process)
        finally:
            process._transport.close()  # type: ignore[attr-defined]  # pipes that nobody empties would stay open


async def packets(path: Path, take: Callable[[bytes], None]) -> None:
    """Calls `take` with the XML of each packet of a capture. What is wrong with tshark is only logged."""
    capture = _Capture(
        str(path),
        keep_packets=False,
        tshark_path=str(tshark.PROGRAM),
        override_prefs=PREFERENCES,
        eventloop=asyncio.get_running_loop(),
    )
    try:
        await capture.packets_from_tshark(take)  # it closes, too, also when it is cancelled
    except (TSharkCrashException, OSError, ValueError) as error:
        log.warning("tshark: %s", error)
