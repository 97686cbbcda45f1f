"""A message as lines: start line, headers with highlighted names, body; wrapped, and safe to display."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rich.cells import cell_len

from partnertui.calls.quality_limits import JITTER_WARN_MS, LOSS_BAD, LOSS_WARN, MOS_BAD
from partnertui.calls.trace_model import Message, Stream
from partnertui.domain.symbols import Symbols
from partnertui.kit.terminal.safe_text import block, one_line
from partnertui.ladder.labels import duration_label, stream_role
from partnertui.ladder.time_column import clock_text

Piece = tuple[str, str]
"""Text and its colour role."""
MOST_LINES = 2_000
_HEADER = re.compile(r"([A-Za-z0-9.!%*_+`'~-]{1,60})(\s*:)(.*)", re.DOTALL)


def message_lines(message: Message, width: int, find: str = "") -> list[list[Piece]]:
    """The lines for a width in cells, with matches highlighted."""
    head, body = halves(message.data)
    lines: list[list[Piece]] = []
    for number, line in enumerate(block(head).split("\n")[:MOST_LINES]):
        match = _HEADER.fullmatch(line) if number else None
        if match:
            lines += wrap_pieces([(match[1] + match[2], "accent"), (match[3], "value")], width)
        else:
            lines += wrap_pieces([(line, "title" if number == 0 else "value")], width)
    if body.strip():
        lines.append([])
        for line in block(body).rstrip("\n").split("\n")[:MOST_LINES]:
            first = line[:2]
            known = len(first) == 2 and first[1] == "=" and first[0].isalpha()
            pieces = [(first, "accent"), (line[2:], "title" if first == "m=" else "value")] if known else [(line, "")]
            lines += wrap_pieces(pieces, width)
    return [mark_found(line, find) for line in lines] if find else lines


def halves(data: bytes) -> tuple[str, str]:
    """Head and body as text with normalised line ends."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    head, _, body = text.lstrip("\n").partition("\n\n")
    return head, body


def wrap_pieces(pieces: list[Piece], width: int, indent: int = 2) -> Iterator[list[Piece]]:
    """Wrap a line; continuation lines are indented."""
    width = max(8, width)
    line: list[Piece] = []
    room = width
    for text, role in pieces:
        while text:
            # a text longer than the line isn't measured: at a line of 100,000 characters that took seconds
            if len(text) <= room and (cells := cell_len(text)) <= room:
                line.append((text, role))
                room -= cells
                break
            cut = _cut(text, room)
            if cut:
                line.append((text[:cut], role))
            yield line
            text = text[cut:]
            line, room = [(" " * indent, role)], width - indent
    yield line


def _cut(text: str, room: int) -> int:
    """Where to break: after the last space, semicolon or comma unless that leaves the line too short."""
    end = min(len(text), max(0, room))
    while end > 0 and cell_len(text[:end]) > room:
        end -= 1
    at = max(text.rfind(sign, 0, end) for sign in " ;,")
    return at + 1 if at + 1 > end * 2 // 3 else end


def mark_found(line: list[Piece], find: str) -> list[Piece]:
    """The line with all matches highlighted."""
    wanted, found = find.lower(), []
    for text, role in line:
        low, start = text.lower(), 0
        # Some letters are two in lower case ("İ"): places in the one text would be wrong in the other.
        while len(low) == len(text) and (at := low.find(wanted, start)) >= 0:
            found += [(text[start:at], role), (text[at : at + len(wanted)], "chip")]
            start = at + len(wanted)
        found.append((text[start:], role))
    return [piece for piece in found if piece[0]]


def message_title(message: Message, symbols: Symbols) -> tuple[str, str]:
    """Title of a message: time, transport and origin, then source and destination."""
    size = f"{len(message.data):,} bytes"
    return (
        f"{clock_text(message.time_us)} {message.transport.upper()} {size}, {origin_text(message)}",
        f"{message.source} {symbols.right} {message.destination}",
    )


def origin_text(message: Message) -> str:
    """Where the message is stored: frame of a capture, or row of a table."""
    origin = Path(message.origin)
    if origin.is_absolute():
        return f"frame {message.frame} of {one_line(origin.name, 80)}"
    return f"row {message.frame} of {one_line(message.origin, 40)}" if message.origin else f"message {message.frame}"


def stream_title(stream: Stream, symbols: Symbols) -> tuple[str, str]:
    """Title of a stream."""
    codec = stream.codec or f"type {stream.payload_type}"
    return (
        f"{clock_text(stream.first_us)} RTP {codec}, from frame {stream.frame}",
        f"{stream.source} {symbols.right} {stream.destination}",
    )


DSCP = {46: "EF: voice", 34: "AF41: video", 26: "AF31: signalling", 24: "CS3: signalling", 0: "BE: best effort"}
"""Meaning of DSCP values (RFC 4594)."""


def stream_lines(stream: Stream, width: int) -> list[list[Piece]]:
    """The statistics of a stream, and an explanation of bad ones."""
    role = stream_role(stream)
    mark = f"{stream.dscp} ({DSCP[stream.dscp]})" if stream.dscp in DSCP else str(stream.dscp)
    facts = (
        ("Packets", f"{stream.packets:,} in {duration_label(max(0, stream.last_us - stream.first_us))}", "value"),
        ("Lost", f"{stream.lost:,} of {stream.expected:,}, {stream.loss:.1f}%", role if stream.lost else "value"),
        ("Out of order", f"{stream.out_of_order:,}, duplicates {stream.duplicates:,}", "value"),
        ("Jitter", f"{stream.jitter_ms:.1f} ms mean, {stream.max_jitter_ms:.1f} ms max", "value"),
        ("MOS", f"{stream.mos:.1f} out of 4.5" if stream.mos else "can't be determined for this codec", role),
        ("DSCP", mark, "value"),
        ("SSRC", f"0x{stream.ssrc:08x}, payload type {stream.payload_type}", "value"),
    )
    lines = [
        line for name, value, look in facts for line in wrap_pieces([(f"{name:<14}", "key"), (value, look)], width)
    ]
    return [*lines, [], *(line for words in stream_problems(stream) for line in wrap_pieces([(words, role)], width, 0))]


def stream_problems(stream: Stream) -> list[str]:
    """What's wrong with a stream, in sentences; empty if nothing is."""
    found = []
    if stream.loss >= LOSS_BAD:
        found.append(f"{stream.loss:.1f}% of the packets are missing: words are lost.")
    elif stream.loss >= LOSS_WARN:
        found.append(f"{stream.loss:.1f}% of the packets are missing: the audio crackles.")
    if stream.max_jitter_ms >= JITTER_WARN_MS:
        found.append(f"Jitter of up to {stream.max_jitter_ms:.0f} ms: a small jitter buffer drops late packets.")
    if 0 < stream.mos < MOS_BAD:
        found.append("Nearly everyone would complain about this quality.")
    if stream.dscp == 0 and found:
        found.append("The packets aren't marked (DSCP 0), so routers treat them like any other traffic.")
    return found
