"""Calls that a transfer or a pick-up ties together are shown in one trace; each keeps its verdict; others never are."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine
from tests.calls.call_scripts import messages
from tests.calls.test_correlation import capture, row

from partnertui.calls.call_assembly import build_trace
from partnertui.calls.call_statistics import statistics_of
from partnertui.calls.diagnosis.diagnose import diagnose
from partnertui.calls.replaced_calls import own_part, related_calls
from partnertui.calls.signalling_analysis import CallAnalysis
from partnertui.calls.trace_json import serialize
from partnertui.calls.trace_model import Trace
from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import IndexUpdate
from partnertui.captures.call_id_lookup import CallFinder
from partnertui.captures.saving import masked
from partnertui.db.kamailio.sip_trace import find_call
from partnertui.db.kamailio.tables import tables

FIRST = """
0 A>P INVITE 1 sdp=198.51.100.6:4000/PCMA
1 P>A 200 INVITE 1 sdp=203.0.113.10:5000/PCMA
1.1 A>P ACK 1 tag branch=k1
"""
CONSULTED = """
10 A>P INVITE 1 id=c2 to=2003 sdp=198.51.100.6:4002/PCMA
11 P>A 200 INVITE 1 id=c2 to=2003 sdp=203.0.113.10:5002/PCMA
11.1 A>P ACK 1 id=c2 to=2003 tag branch=k2
"""
REFER = """20 A>P REFER 3 tag Refer-To="<sip:2003@lab.test?Replaces=c2%3Bto-tag%3Dt%3Bfrom-tag%3Df>"
20.1 P>A 202 REFER 3 tag"""
NEWS = "21 P>A NOTIFY 1 tag Event=refer\n21.1 A>P 200 NOTIFY 1 tag"
ENDED = """
22 A>P BYE 4 tag
22.1 P>A 200 BYE 4
22.2 P>A BYE 5 id=c2 to=2003 tag
22.3 A>P 200 BYE 5 id=c2 to=2003
"""
ATTENDED = FIRST + CONSULTED + REFER + "\n" + NEWS + ENDED
BUSY = "10 A>P INVITE 1 id=c2 to=2003\n11 P>A 486 INVITE 1 id=c2 to=2003\n11.1 A>P ACK 1 id=c2 to=2003"
PICK_UP = f"""{FIRST}
5 C>P INVITE 1 id=c3 from=2009 to=2002 Replaces="c1;to-tag=t;from-tag=f"
5.1 P>C 481 INVITE 1 id=c3 from=2009 to=2002"""
STRANGERS = "10.2 C>P INVITE 1 id=c9 from=1001 to=2003\n11.2 P>C 486 INVITE 1 id=c9 from=1001 to=2003"


def found_both_ways(folder: Path, script: str, call_id: str) -> Trace:
    """The call as an index and as a search give it, which must be the same."""
    path = capture(folder / "a.pcap", script)
    with Index(folder / f"{call_id}.db") as index:
        searched = CallFinder(index).call([path], [call_id])
        within = CallFinder(index).call_in([path], call_id)
        IndexUpdate(index).update([path])
        looked_up = CallFinder(index).call([path], [call_id])
    assert searched is not None
    assert looked_up == searched == within
    return searched


@pytest.mark.parametrize("call_id", ["c1", "c2"])
def test_both_calls_of_an_attended_transfer_are_one_trace(tmp_path: Path, call_id: str) -> None:
    trace = found_both_ways(tmp_path, ATTENDED + STRANGERS, call_id)
    assert set(trace.call_ids) == {"c1", "c2"}
    assert trace.own_call_ids == (call_id,)
    assert len(trace.messages) == len(messages(ATTENDED))
    assert related_calls(trace) == ({"c2": "Refer-To"} if call_id == "c1" else {"c1": "refers to this call"})
    assert trace.first.call_id == call_id
    assert own_part(trace)[0].first.reading.to_user == ("1002" if call_id == "c1" else "2003")


@pytest.mark.parametrize("script", [ATTENDED, FIRST + BUSY + "\n" + REFER, PICK_UP])
def test_each_call_keeps_its_own_verdict_and_figures(tmp_path: Path, script: str) -> None:
    every = {message.call_id for message in messages(script)}
    for call_id in sorted(every):
        folder = tmp_path / call_id
        folder.mkdir()
        trace = found_both_ways(folder, script, call_id)
        alone = capture(folder / "alone.pcap", script)
        with Index(folder / "alone.db") as index:
            whole = CallFinder(index).call([alone], [call_id])
        assert whole is not None
        own = build_trace([message for message in whole.messages if message.call_id == call_id])
        assert set(trace.call_ids) == every
        found, expected = diagnose(trace), diagnose(own)
        assert (found.verdict.code, found.verdict.text) == (expected.verdict.code, expected.verdict.text)
        assert [trace.messages[index].data for index in found.verdict.evidence] == [
            own.messages[index].data for index in expected.verdict.evidence
        ]
        assert statistics_of(trace) == statistics_of(own)
        assert CallAnalysis(own_part(trace)[0]).transactions == CallAnalysis(own).transactions
        told = serialize(trace)
        assert told["call_ids"] == [call_id]
        assert {message["call_id"] for message in told["messages"]} == every


def test_masking_keeps_the_calls_apart(tmp_path: Path) -> None:
    trace = found_both_ways(tmp_path, ATTENDED, "c1")
    hidden = masked(trace)
    assert hidden.others == trace.others
    assert len(hidden.own_call_ids) == 1


def test_a_call_that_is_named_but_was_not_captured_is_only_named(tmp_path: Path) -> None:
    trace = found_both_ways(tmp_path, FIRST + REFER, "c1")
    assert trace.call_ids == ("c1",)
    assert not trace.others
    assert related_calls(trace) == {"c2": "Refer-To"}


def test_a_transfer_without_replaces_joins_nothing(tmp_path: Path) -> None:
    script = FIRST + '20 A>P REFER 3 tag Refer-To="<sip:2003@lab.test>"\n' + BUSY
    assert found_both_ways(tmp_path, script, "c1").call_ids == ("c1",)


def test_a_text_that_only_looks_like_it_joins_nothing(tmp_path: Path) -> None:
    script = FIRST + BUSY + ' Subject="Replaces: c1" X-Note="?Replaces=c1"'
    assert found_both_ways(tmp_path, script, "c1").call_ids == ("c1",)
    assert found_both_ways(tmp_path, script, "c2").call_ids == ("c2",)


def test_a_call_that_thousands_want_to_replace_shows_some(tmp_path: Path) -> None:
    loop = "\n".join(f'{5 + n / 100} C>P INVITE 1 id=x{n} from=7 to=8 Replaces="c1;to-tag=t"' for n in range(60))
    trace = found_both_ways(tmp_path, FIRST + loop, "c1")
    assert len(trace.call_ids) == 6


def test_and_in_kamailios_table() -> None:
    place, engine = tables(), create_engine("sqlite://")
    with engine.begin() as connection:
        place.metadata.create_all(connection)
        for one in messages(ATTENDED):
            connection.execute(place.sip_trace.insert(), row(one))
        trace = find_call(connection, place, ["c1"])
    engine.dispose()
    assert trace is not None
    assert trace.call_ids == ("c1", "c2")
    assert trace.own_call_ids == ("c1",)
