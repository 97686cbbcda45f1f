"""Several files, folders, compressed and growing files, standard input."""

import gzip
from dataclasses import replace

from tests.truth.scenario import Expect, Sound, scenario
from tests.truth.wire import (
    PHONE,
    Dialog,
    answered,
    at_port,
    both_ways,
    frame,
    in_order,
    pcap,
    pcapng,
    proxied,
    refused,
)

TALK = {"talk_ms": (10000, 100), "hung_up_by": "caller"}


def talk(call_id, **options):
    """A call of ten seconds with sound both ways for eight of them."""
    call = answered(Dialog(call_id, **options))
    return in_order(call.packets() + both_ways(2.1, at_port(call.a, 4000), at_port(call.b, 6000), 400, ssrc=5))


def before(packets, time):
    """The packets before a time."""
    return [packet for packet in packets if packet[0] < time]


def since(packets, time):
    """The packets from a time on."""
    return [packet for packet in packets if packet[0] >= time]


def shifted(packets, seconds):
    """The same packets by another clock."""
    return [(time + seconds, data) for time, data in packets]


def of_host(call, host):
    """A call's packets that a host sends or gets."""
    return [
        (message.time, frame(message.source, message.destination, message.data()))
        for message in call.messages
        if host in (message.source, message.destination)
    ]


@scenario(
    Expect(
        "rotated@203.0.113.192",
        codes={"ok"},
        final_code=200,
        outcome={"answered"},
        statistics=TALK,
        sound_rows=2,
        sounds=[Sound("203.0.113.192:4000", "192.0.2.192:6000", {"packets": (400, 0), "lost": (0, 0)})],
    )
)
def rotated():
    """A ring of three files, whose names do not sort by time, and a call that spans all three."""
    packets = talk("rotated@203.0.113.192", caller="192", callee="193", a="203.0.113.192:5060", b="192.0.2.192:5060")
    return {
        "ring2.pcap": pcap(before(packets, 4)),
        "ring3.pcap": pcap(before(since(packets, 4), 8)),
        "ring1.pcap": pcap(since(packets, 8)),
    }


@scenario(Expect("cut@198.51.100.194", codes={"busy"}, never_codes={"ok"}, final_code=486))
def cut_in_mid_packet():
    """A pcapng file that ends in the middle of its last block, the ACK of a refusal."""
    call = refused(Dialog("cut@198.51.100.194", "194", "195", a="198.51.100.194:5060", b="192.0.2.194:5060"), 486)
    whole = pcapng([(time, 0, data) for time, data in call.packets()], [(1, 6)])
    return {"capture.pcapng": whole[:-30]}


@scenario(
    Expect(
        "zipped@192.0.2.10",
        codes={"ok"},
        hedged={"no call"},
        final_code=200,
        statistics=TALK,
        says={r"talked", r"hung up", r"compress", r"gz"},
    )
)
def compressed():
    """A capture that is compressed with gzip: read, or said that it was not."""
    return {"capture.pcap.gz": gzip.compress(pcap(talk("zipped@192.0.2.10")), mtime=0)}


@scenario(
    Expect(
        "parts@192.0.2.10",
        codes={"ok", "unknown", "incomplete"},
        certain=None,
        says={r"gz", r"compress", r"skipped", r"not read", r"talked for 10"},
    ),
    arguments=["."],
)
def compressed_in_a_folder():
    """A folder whose older file is compressed and holds the first half of a call: it is read, or its absence is
    told."""
    packets = talk("parts@192.0.2.10")
    return {
        "cap1.pcap.gz": gzip.compress(pcap(before(packets, 2.01)), mtime=0),
        "cap2.pcap": pcap(since(packets, 2.01)),
    }


@scenario(
    Expect(
        "piped@192.0.2.10",
        codes={"ok"},
        hedged={"no call"},
        final_code=200,
        says={r"talked", r"hung up", r"stdin", r"standard input", r"No such file", r"not found", r"does not exist"},
    ),
    arguments=["-"],
)
def standard_input():
    """A capture on standard input (tcpdump -w - | …): read, or said that it was not."""
    return {"capture.pcap": pcap(answered(Dialog("piped@192.0.2.10")).packets())}


def first_half():
    """The capture as it is at the first look."""
    return {"live.pcap": pcap(before(talk("grown@192.0.2.10"), 5))}


def whole():
    """The capture as it is at the second look."""
    return {"live.pcap": pcap(talk("grown@192.0.2.10"))}


@scenario(
    Expect(
        "grown@192.0.2.10",
        codes={"ok"},
        final_code=200,
        outcome={"answered"},
        statistics=TALK,
        sounds=[Sound("192.0.2.10:4000", "198.51.100.1:6000", {"packets": (400, 0)})],
    ),
    later=whole,
)
def grown():
    """A capture is looked at while the two talk, and again when the call has ended."""
    return first_half()


@scenario(
    Expect(
        "skew@192.0.2.10",
        codes={"ok"},
        final_code=200,
        outcome={"answered"},
        from_user="100",
        to_user="200",
        statistics={"hung_up_by": "caller", "talk_ms": (26990, 300)},
    )
)
def two_places_two_clocks():
    """A call captured at the edge and in the core; the clock at the edge is five seconds ahead."""
    call = proxied(Dialog("skew@192.0.2.10"))
    return {"core.pcap": pcap(call.packets()), "edge.pcap": pcap(shifted(of_host(call, PHONE), 5.0))}


@scenario(
    Expect(
        "two-sides@203.0.113.77",
        codes={"ok"},
        certain=None,
        final_code=200,
        outcome={"answered"},
        statistics={"hung_up_by": "caller", "retransmissions": 0},
    )
)
def two_places_and_translation():
    """A call captured in the phone's network and in the core, on both sides of a NAT."""
    call = proxied(Dialog("two-sides@203.0.113.77", a="203.0.113.77:41234", a_contact="192.168.1.50:5060"))
    inside = []
    for message in call.messages:
        ends = {name: "192.168.1.50:5060" for name in ("source", "destination") if getattr(message, name) == call.a}
        if ends:
            seen = replace(message, time=message.time + (-0.004 if "source" in ends else 0.004), **ends)
            inside.append((seen.time, frame(seen.source, seen.destination, seen.data())))
    return {"core.pcap": pcap(call.packets()), "edge.pcap": pcap(inside)}


@scenario(
    Expect("beside@203.0.113.207", codes={"ok"}, final_code=200, outcome={"answered"}, statistics=TALK), arguments=["."]
)
def other_files_beside():
    """A folder in a folder with a capture, beside a picture that is called .pcap and a link type that nobody knows."""
    call = answered(Dialog("beside@203.0.113.207", "207", "208", a="203.0.113.207:5060", b="192.0.2.207:5060"))
    return {
        "day/call.pcap": pcap(call.packets()),
        "picture.pcap": b"\x89PNG\r\n\x1a\n" + bytes(200),
        "odd.pcap": pcap(call.packets()[:2], 147),
    }
