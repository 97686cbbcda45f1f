"""Whatever a message says, nothing of it moves a cursor, turns a line round or becomes markup."""

from __future__ import annotations

import unicodedata
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ladder.ladder_samples import PHONE, PROXY, message, sdp, stream

from partnertui.calls.call_assembly import build_trace
from partnertui.calls.trace_model import Endpoint, Message, Trace
from partnertui.ladder import ladder_svg, ladder_text

EVIL = "\x1b]0;owned\x07\x1b[2J\u202egnp\u200b[@click=app.quit]x[/]<script>&\x9b\u2028"
PIECES = st.lists(st.sampled_from([EVIL, "\x1b", "\u202e", "<g onload=x>", "&amp;", "日本", "A"]) | st.text(max_size=8))
TEXT = PIECES.map("".join).map(lambda text: text.replace("\r", "").replace("\n", ""))


def dangerous(text: str) -> set[str]:
    """Characters that a terminal or a reader would obey."""
    return {char for char in text if char != "\n" and unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}


def hostile_trace(text: str) -> Trace:
    """The text in every field there is."""
    ask = message(
        0,
        PHONE,
        PROXY,
        "INVITE",
        caller=text or "x",
        called=text or "y",
        call_id=text or "z",
        body=sdp(text or "h"),
        extra=f"User-Agent: {text}\r\n{text}: {text}\r\n",
    )
    answer = message(5, PROXY, Endpoint(text or "nowhere", 1), f"603 {text}", call_id=text or "z")
    raw = Message(9, ask.time_us + 9, "udp", PHONE, PROXY, text.encode("utf-8", "replace"))
    return build_trace([ask, answer, raw], streams=[stream(codec=text)], missing=[text])


@settings(max_examples=150, deadline=None)
@given(TEXT)
def test_no_text_of_a_message_reaches_text_or_picture_raw(text: str) -> None:
    trace = hostile_trace(text)
    names = {PHONE.address: text}
    drawn, picture = ladder_text(trace, names), ladder_svg(trace, names)
    assert not dangerous(drawn)
    assert not dangerous(picture)
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(picture).iter()}
    assert tags <= {"svg", "title", "style", "rect", "line", "path", "text", "circle"}


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_drawn(data: bytes) -> None:
    trace = build_trace([Message(1, 0, "udp", PHONE, PROXY, data), message(3, PROXY, PHONE, "200 OK")])
    assert not dangerous(ladder_text(trace))
    ElementTree.fromstring(ladder_svg(trace))
