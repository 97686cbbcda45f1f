"""Reads SIP messages that tshark reassembled and decrypted, from its "exported PDU" format.

The file is pcapng with link type 252; each packet begins with tags (wireshark/epan/exported_pdu.h).
"""

from __future__ import annotations

import re
import struct
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path

from partnertui.calls.trace_model import Endpoint, Message
from partnertui.captures import tshark
from partnertui.captures.capture_file import Capture

END, DISSECTOR, SOURCE4, TARGET4, SOURCE6, TARGET6, PORT_TYPE, SOURCE_PORT, TARGET_PORT, FRAME = (
    0,
    12,
    20,
    21,
    22,
    23,
    24,
    25,
    26,
    30,
)
PORT_TYPES = {1: "sctp", 2: "tcp", 3: "udp"}
_LENGTH = re.compile(rb"\n(?:content-length|l)[ \t]*:\s*([0-9]{1,9})", re.IGNORECASE)
_START = re.compile(rb"SIP/2\.0 [0-9]|[A-Za-z]{2,32} [^\r\n]{1,4096} SIP/2\.0", re.IGNORECASE)
_VIA = re.compile(rb"\n(?:via|v)[ \t]*:\s*SIP\s*/\s*2\.0\s*/\s*(tls|ws|wss|tcp|udp|sctp)", re.IGNORECASE)


@dataclass
class Dissection:
    """What is handed to tshark: an extract, the frame numbers of the capture that it comes from, and that capture.

    `ports`: TCP ports that carry SIP and are not SIP's own; with `websocket`, those of connections without a handshake.
    `pieces` counts what turned out to be no whole message.
    """

    extracted: Path
    frames: Sequence[int]
    origin: str
    scratch: Path
    ports: Sequence[int] = ()
    keys: Path | None = None
    stop: threading.Event | None = None
    pieces: int = 0
    websocket: bool = False


def messages_of(dissection: Dissection) -> Iterator[Message]:
    """SIP messages that tshark finds in an extract. Raises DomainError as `tshark.run` does."""
    protocol = "websocket" if dissection.websocket else "sip"
    decode = [word for port in dissection.ports for word in ("-d", f"tcp.port=={port},{protocol}")]
    if dissection.websocket:
        # The handshake would have named SIP as the subprotocol (RFC 7118); without it tshark leaves text as it is.
        decode += ["-o", "websocket.text_type:As SIP"]
    # One run gives whole bytes, addresses and the frame's number, also out of TLS and WebSocket.
    output = tshark.run(
        dissection.extracted, *decode, "-U", "OSI layer 7", "-w", "-", keys=dissection.keys, stop=dissection.stop
    )
    scratch = dissection.scratch
    if len(output) < 24:
        return
    scratch.write_bytes(output)
    try:
        with Capture(scratch) as capture:
            last: Message | None = None
            for record in capture.records():
                message = _message(record.packet, record.time_us, dissection.frames, dissection.origin)
                # Compared with the last alone: copies of a segment follow one another.
                if message is None or message == last:
                    continue  # a segment with several messages comes whole, once for each of them
                last = message
                for part in parts(message):
                    if _START.match(part.lstrip(b"\r\n")):
                        yield replace(message, data=part)
                    elif part.strip():
                        dissection.pieces += 1  # the rest of a message whose beginning is missing
    finally:
        scratch.unlink(missing_ok=True)


def _message(data: bytes, time_us: int, frames: Sequence[int], origin: str) -> Message | None:
    tags, offset = {}, 0
    while offset + 4 <= len(data):
        tag, length = struct.unpack_from(">HH", data, offset)
        offset += 4
        if tag == END:
            break
        tags[tag] = data[offset : offset + length]
        offset += length
    if not tags.get(DISSECTOR, b"").startswith(b"sip"):
        return None
    number = _number(tags.get(FRAME, b""))
    frame = frames[number - 1] if 0 < number <= len(frames) else 0
    source = Endpoint(_address(tags.get(SOURCE4) or tags.get(SOURCE6)), _number(tags.get(SOURCE_PORT, b"")))
    target = Endpoint(_address(tags.get(TARGET4) or tags.get(TARGET6)), _number(tags.get(TARGET_PORT, b"")))
    message = data[offset:]
    # The tag says TCP for all that runs over it: the topmost Via tells TLS and WebSocket apart.
    transport = PORT_TYPES.get(_number(tags.get(PORT_TYPE, b"")), "udp")
    via = _VIA.search(message) if transport == "tcp" else None
    named = via[1].decode().lower() if via else transport
    return Message(
        frame, time_us, named if named in ("tls", "ws", "wss") else transport, source, target, message, origin
    )


def parts(message: Message) -> list[bytes]:
    """The messages in what came over a connection, told apart by Content-Length (RFC 3261, section 18.3)."""
    data, found = message.data, list[bytes]()
    # These keep the boundaries of messages, so Content-Length need not tell them.
    if message.transport in ("udp", "sctp"):
        return [data]
    while data:
        head = data.find(b"\r\n\r\n")
        length = _LENGTH.search(data, 0, head + 2) if head >= 0 else None
        end = head + 4 + int(length[1]) if length else len(data)
        if found and (head < 0 or end > len(data)):
            return found  # the beginning of one that comes whole with a later segment
        rest = data[end:].lstrip(b"\r\n")
        if not _START.match(rest):
            break
        found.append(data[:end])
        data = rest
    return [*found, data]


def _number(value: bytes) -> int:
    return int.from_bytes(value, "big")


def _address(value: bytes | None) -> str:
    return str(ip_address(value)) if value is not None and len(value) in (4, 16) else ""
