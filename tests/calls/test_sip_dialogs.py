"""Dialogs of calls that were told as scripts: what an agent sees as the colours of arrows."""

from __future__ import annotations

from tests.calls.call_scripts import trace
from tests.calls.test_diagnosis import BEGIN, ENDED

from partnertui.calls.trace_json import serialize
from partnertui.ladder import RowKind, layout

FORKED = (
    BEGIN
    + """
    0.05 P>B INVITE 2
    0.06 P>C INVITE 2
    0.20 B>P 180 INVITE 2 tag=b
    0.21 C>P 180 INVITE 2 tag=c
    3.00 C>P 200 INVITE 2 tag=c
    3.01 P>A 200 INVITE 2 tag=c
    3.02 P>B CANCEL 2
    3.03 B>P 487 INVITE 2 tag=b
    3.04 A>P ACK 2 tag=c
    9.00 A>P BYE 3 tag=c
"""
)


def test_two_phones_of_a_forked_call_are_two_dialogs() -> None:
    call = trace(FORKED)
    assert call.dialogs == (0,) * 8 + (1, 1, 1, 0, 0, 1, 1)
    assert [message["dialog"] for message in serialize(call)["messages"]] == list(call.dialogs)
    arrows = {row.index: row.line for row in layout(call).rows if row.kind == RowKind.MESSAGE}
    assert arrows[7] == arrows[11] != arrows[8] == arrows[14]


def test_a_refusal_makes_no_dialog() -> None:
    challenged = ENDED.replace("407 INVITE 1", "407 INVITE 1 tag=proxy").replace("ACK 1", "ACK 1 tag=proxy")
    assert set(trace(challenged).dialogs) == {0}


def test_legs_of_a_b2bua_are_dialogs_of_their_own() -> None:
    script = "0 A>P INVITE 1\n0.1 P>B INVITE 1 id=c2 X-CID=c1\n1 B>P 200 INVITE 1 id=c2\n1.1 P>A 200 INVITE 1"
    assert trace(script).dialogs == (0, 1, 1, 0)
