"""Legs of a call are found by headers, else guessed: out of an index, without one, across captures, in a list alike."""

from __future__ import annotations

import struct
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from tests.calls.call_scripts import messages
from tests.captures.packet_builder import ether, ip, pcap, tcp, udp

from partnertui.calls.correlation import OTHER_LEG_HEADERS
from partnertui.calls.trace_model import Message, Trace
from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import IndexUpdate
from partnertui.captures.call_id_lookup import CallFinder
from partnertui.captures.indexed_call_loader import CallLoader
from partnertui.db.kamailio.sip_trace import find_call
from partnertui.db.kamailio.tables import tables

FIRST = "0 A>P INVITE 1\n1 P>A 180 INVITE 1"
ONE, OTHER, NIL = "a" * 32, "B" * 32, "0" * 32
WITH_SESSION = f'0 A>P INVITE 1 Session-ID="{ONE};remote={NIL}"'
CALLS = {
    "X-CID of the second": (FIRST, "0.05 P>B INVITE 1 id=c2 X-CID=c1", "X-CID"),
    "X-CID in an answer to the first": (FIRST + " X-CID=c2", "0.05 P>B INVITE 1 id=c2", "X-CID"),
    "Session-ID handed on": (WITH_SESSION, f'0.05 P>B INVITE 1 id=c2 Session-ID="{ONE};remote={NIL}"', "Session-ID"),
    "Session-ID of answers alone": (
        f'0 A>P INVITE 1\n1 P>A 180 INVITE 1 Session-ID="{OTHER};remote={ONE}"',
        f'0.05 P>B INVITE 1 id=c2\n0.9 B>P 180 INVITE 1 id=c2 session-id="{OTHER.lower()};remote={NIL}"',
        "Session-ID",
    ),
    "three legs, each names the one before": (
        FIRST,
        "0.05 P>B INVITE 1 id=c2 X-CID=c1\n0.1 B>C INVITE 1 id=c3 X-CID=c2",
        "X-CID",
    ),
    "two at once": (FIRST, "0.05 P>B INVITE 1 id=c2 X-CID=c1\n0.1 P>C INVITE 1 id=c3 X-CID=c1", "X-CID"),
    "nothing but numbers and time": (FIRST, "0.05 P>B INVITE 1 id=c2", "numbers and time"),
    "numbers as E.164 and with prefixes": (
        "0 A>P INVITE 1 from=00442071234567 to=02079460000",
        "0.05 P>B INVITE 1 id=c2 from=+442071234567 to=442079460000",
        "numbers and time",
    ),
    "nil is no Session-ID": (
        f'0 A>P INVITE 1 Session-ID="{NIL};remote={NIL}"',
        f'99 A>P INVITE 1 id=c2 from=9 to=8 Session-ID="{NIL};remote={NIL}"',
        "",
    ),
    "two would do": (FIRST, "0.05 P>B INVITE 1 id=c2\n0.06 P>C INVITE 1 id=c3", ""),
}


def capture(path: Path, script: str) -> Path:
    """A capture of a script, with its times."""
    packets = []
    for one in messages(script):
        ends = (one.source.address, 5060), (one.destination.address, 5060)
        packet = ether(ip(udp(one.data, *ends), 17, *ends))
        packets.append(struct.pack("<IIII", *divmod(one.time_us, 1_000_000), len(packet), len(packet)) + packet)
    path.write_bytes(pcap([]) + b"".join(packets))
    return path


def facts(trace: Trace | None) -> tuple[object, ...]:
    assert trace is not None
    return trace.call_ids, trace.joined_by, trace.guessed, len(trace.messages)


@pytest.mark.parametrize("spread", [False, True], ids=["one capture", "two captures"])
@pytest.mark.parametrize("name", CALLS)
def test_legs_are_found_whichever_way_one_looks(tmp_path: Path, name: str, spread: bool) -> None:
    first, second, words = CALLS[name]
    scripts = [first, second] if spread else [f"{first}\n{second}"]
    paths = [capture(tmp_path / f"{number}.pcap", script) for number, script in enumerate(scripts)]
    every = {message.call_id for message in messages(f"{first}\n{second}")}
    total = len(messages(f"{first}\n{second}"))
    for call_id in sorted(every):
        with Index(tmp_path / f"{call_id}.db") as index:
            searched = facts(CallFinder(index).call(paths, [call_id]))
            IndexUpdate(index).update(paths)
            assert facts(CallFinder(index).call(paths, [call_id])) == searched
        if words:
            assert searched == (tuple(sorted(every)), words, words == "numbers and time", total)
        else:
            assert searched[:3] == ((call_id,), "", False)
    with Index(tmp_path / "list.db") as index, closing(CallLoader(index)) as loader:
        IndexUpdate(index).update(paths)
        listed = [facts(trace) for some in loader.all(paths) for trace in some]
    assert listed == [searched] if words else len(listed) == len(every)


@pytest.mark.parametrize("name", [name for name in CALLS if name != "two would do"])
def test_and_in_kamailios_table(name: str) -> None:
    first, second, words = CALLS[name]
    place = tables()
    found = messages(f"{first}\n{second}")
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        place.metadata.create_all(connection)
        for one in found:
            connection.execute(place.sip_trace.insert(), row(one))
        for call_id in sorted({one.call_id for one in found}):
            trace = facts(find_call(connection, place, [call_id]))
            assert trace[1:3] == (words, words == "numbers and time")
            assert trace[3] == (len(found) if words else 1)
    engine.dispose()


@pytest.mark.parametrize("header", OTHER_LEG_HEADERS)
def test_every_header_that_names_a_leg_is_in_the_index(tmp_path: Path, header: str) -> None:
    path = capture(tmp_path / "a.pcap", f"{FIRST}\n99 P>B INVITE 1 id=c2 from=7 to=8 {header.title()}=c1")
    for call_id in ("c1", "c2"):
        with Index(tmp_path / f"{call_id}.db") as index:
            searched = facts(CallFinder(index).call([path], [call_id]))
            IndexUpdate(index).update([path])
            assert (
                facts(CallFinder(index).call([path], [call_id]))
                == searched
                == (("c1", "c2"), OTHER_LEG_HEADERS[header], False, 3)
            )


def test_both_call_ids_of_a_cdr_are_one_call(tmp_path: Path) -> None:
    path = capture(tmp_path / "a.pcap", "0 A>P INVITE 1 from=1 to=2\n50 P>B INVITE 1 id=c2 from=3 to=4")
    with Index(tmp_path / "captures.db") as index:
        searched = facts(CallFinder(index).call([path], ["c1", "c2"]))
        IndexUpdate(index).update([path])
        assert facts(CallFinder(index).call([path], ["c1", "c2"])) == searched
    assert searched == (("c1", "c2"), "both of the CDR's Call-IDs", False, 2)


def test_a_leg_over_tcp_is_found_by_what_it_names(tmp_path: Path) -> None:
    first, second = messages("0 A>P INVITE 1\n0.05 P>B INVITE 1 id=c2 X-CID=c1")
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap([ether(ip(udp(first.data))), ether(ip(tcp(second.data, 1), 6))]))
    for call_id in ("c1", "c2"):
        with Index(tmp_path / f"{call_id}.db") as index:
            assert facts(CallFinder(index).call([path], [call_id])) == (("c1", "c2"), "X-CID", False, 2)


def row(message: Message) -> dict[str, object]:
    """As Kamailio writes it."""
    from datetime import UTC, datetime

    return {
        "id": message.frame,
        "time_stamp": datetime.fromtimestamp(message.time_us // 1_000_000, UTC),
        "time_us": message.time_us % 1_000_000,
        "callid": message.call_id,
        "msg": message.data,
        "method": message.method,
        "status": str(message.status) if message.status else "",
        "fromip": f"udp:{message.source}",
        "toip": f"udp:{message.destination}",
    }
