"""Capture formats, link types and tunnels."""

import struct
from dataclasses import replace

from tests.truth.scenario import Expect, scenario
from tests.truth.wire import (
    IPV4,
    MPLS,
    PHONE6,
    SERVER6,
    UDP,
    VLAN,
    Dialog,
    answered,
    both_ways,
    ethernet,
    frame,
    hep3,
    in_ethernet,
    in_order,
    ipv4,
    packed,
    pcap,
    pcapng,
    refused,
    refused_by_phone,
    split,
    without_ethernet,
)

TALK = {"talk_ms": (10000, 100), "hung_up_by": "caller"}


def talk(call_id="format@192.0.2.10"):
    """A call of ten seconds with sound both ways."""
    return answered(Dialog(call_id)).packets() + both_ways(2.1, "192.0.2.10:4000", "198.51.100.1:6000", 400, ssrc=5)


def no_luck(call_id="format@198.51.100.181"):
    """A call through a proxy to a phone that is busy after ringing for a second."""
    call = Dialog(call_id, "181", "182", a="198.51.100.181:5060", b="192.0.2.181:5060")
    return refused_by_phone(call, 486, phone="203.0.113.182:5060", at=1.4, ring=0.4).packets()


def tunnelled(packets, protocol, head=b""):
    """Each packet within an IPv4 packet between two routers, behind a head of its own."""
    return [(time, ethernet(ipv4("10.9.9.1", "10.9.9.2", protocol, head + data))) for time, data in packets]


def in_udp(packets, port, head):
    """Each packet behind a head in a UDP datagram between two routers."""
    return [(time, frame("10.9.9.1:55555", f"10.9.9.2:{port}", head + data)) for time, data in packets]


FINE = Expect(
    "format@192.0.2.10",
    codes={"ok"},
    final_code=200,
    outcome={"answered"},
    from_user="100",
    to_user="200",
    statistics=TALK,
    sound_rows=2,
)

BUSY = Expect(
    "format@198.51.100.181",
    codes={"busy"},
    never_codes={"ok", "timeout"},
    final_code=486,
    outcome={"busy"},
    from_user="181",
    to_user="182",
)


def exported(messages):
    """SIP messages as Wireshark exports them (upper PDUs, link type 252)."""
    packets = []
    for message in messages:
        (source, from_port), (destination, to_port) = split(message.source), split(message.destination)
        six = ":" in source
        tags = [
            (12, b"sip\0"),
            (22 if six else 20, packed(source)),
            (23 if six else 21, packed(destination)),
            (24, struct.pack("!I", 3)),
            (25, struct.pack("!I", from_port)),
            (26, struct.pack("!I", to_port)),
            (0, b""),
        ]
        head = b"".join(struct.pack("!HH", kind, len(value)) + value for kind, value in tags)
        packets.append((message.time, head + message.data()))
    return packets


def call6(call_id):
    """A call over IPv6 that finds the other busy."""
    return refused(Dialog(call_id, "six", "seven", a=PHONE6, b=SERVER6), 486).packets()


def rewritten(call, change):
    """A call's messages with their bytes changed."""
    return [
        (message.time, frame(message.source, message.destination, change(message.data()))) for message in call.messages
    ]


@scenario(BUSY)
def cooked_link():
    """A capture on all interfaces of a Linux host (cooked, version 1)."""
    head = struct.pack("!HHH8sH", 0, 1, 6, bytes(8), IPV4)
    return {"capture.pcap": pcap([(time, head + data) for time, data in without_ethernet(no_luck())], 113)}


@scenario(FINE)
def cooked_link_with_tags():
    """Linux cooked capture with a VLAN tag behind its head."""
    head = struct.pack("!HHH8sHHH", 0, 1, 6, bytes(8), VLAN, 100, IPV4)
    return {"capture.pcap": pcap([(time, head + data) for time, data in without_ethernet(talk())], 113)}


@scenario(BUSY)
def no_link_layer():
    """Raw IPv4 packets (link type 228)."""
    return {"capture.pcap": pcap(without_ethernet(no_luck()), 228)}


@scenario(FINE)
def point_to_point():
    """PPP in HDLC-like framing (link type 9)."""
    return {"capture.pcap": pcap([(time, b"\xff\x03\x00\x21" + data) for time, data in without_ethernet(talk())], 9)}


@scenario(FINE)
def loopback():
    """A loopback capture of a BSD (link type 0, little-endian family)."""
    return {"capture.pcap": pcap([(time, struct.pack("<I", 2) + data) for time, data in without_ethernet(talk())], 0)}


@scenario(FINE)
def clock_and_byte_order():
    """A pcap file with times in nanoseconds."""
    return {"capture.pcap": pcap(talk(), nano=True)}


@scenario(BUSY)
def tags_and_labels():
    """Two MPLS labels."""
    labels = struct.pack("!II", (17 << 12) | 64, (16 << 12) | (1 << 8) | 64)
    return [(time, ethernet(labels + data, MPLS)) for time, data in without_ethernet(no_luck())]


@scenario(BUSY)
def ip_in_ip():
    """IPv4 in IPv4."""
    return tunnelled(without_ethernet(no_luck()), 4)


@scenario(FINE)
def remote_mirror():
    """A switch's remote mirror (ERSPAN, type II)."""
    heads = (struct.pack("!HHIHHI", 0x1000, 0x88BE, place, 0x1000, 1, 0) for place in range(10**6))
    return [
        (time, ethernet(ipv4("10.9.9.1", "10.9.9.2", 47, head + data)))
        for head, (time, data) in zip(heads, talk(), strict=False)
    ]


@scenario(replace(FINE, hedged={"no call"}, says={r"VXLAN", r"tunnel", r"talked"}))
def tunnel_in_udp():
    """VXLAN on Linux's old port, 8472."""
    return in_udp(talk(), 8472, struct.pack("!II", 0x08000000, 42 << 8))


@scenario(
    Expect(
        "format@192.0.2.10",
        codes={"ok"},
        hedged={"no call"},
        final_code=200,
        outcome={"answered"},
        says={r"HEP", r"talked", r"hung up"},
    )
)
def capture_agent():
    """What a capture agent sends to a collector (HEP version 3, port 9060): read, or said that it was not."""
    call = answered(Dialog("format@192.0.2.10"))
    return [(message.time, frame("10.9.9.1:45000", "10.9.9.2:9060", hep3(message))) for message in call.messages]


@scenario(FINE)
def several_interfaces():
    """A pcapng file with two interfaces: Ethernet in nanoseconds and raw IP in microseconds."""
    packets = in_order(talk())
    mixed = [(time, place % 2, data[14:] if place % 2 else data) for place, (time, data) in enumerate(packets)]
    return {"capture.pcapng": pcapng(mixed, [(1, 9), (101, 6)])}


@scenario(Expect("format@[2001:db8::10]", codes={"busy"}, never_codes={"ok"}, final_code=486))
def exported_messages():
    """Exported messages of a call over IPv6 that finds the other busy, in a pcapng file."""
    call = refused(Dialog("format@[2001:db8::10]", "10", "11", a=PHONE6, b=SERVER6), 486)
    return {"capture.pcapng": pcapng([(time, 0, data) for time, data in exported(call.messages)], [(252, 6)])}


@scenario(
    Expect(
        "format@192.0.2.10",
        codes={"ok"},
        certain=None,
        hedged={"incomplete"},
        final_code=200,
        should_say={r"\bcut\b", r"truncat", r"snap", r"shorten"},
        statistics=TALK,
    )
)
def packets_cut_short():
    """A capture keeps 420 bytes of each packet: the SDPs are cut, the headers are not."""
    return {"capture.pcap": pcap(answered(Dialog("format@192.0.2.10")).packets(), snap=420)}


@scenario(FINE)
def other_links():
    """Wi-Fi in monitor mode, without encryption (radiotap)."""
    head = (
        b"\0\0\x08\0\0\0\0\0"
        + b"\x08\x02\0\0"
        + b"\x02\0\0\0\0\x01" * 3
        + b"\0\0"
        + b"\xaa\xaa\x03\0\0\0"
        + struct.pack("!H", IPV4)
    )
    return {"capture.pcap": pcap([(time, head + data) for time, data in without_ethernet(talk())], 127)}


@scenario(Expect("v6-hop@[2001:db8::10]", codes={"busy"}, never_codes={"ok"}, final_code=486))
def ipv6_with_more():
    """IPv6 with a hop-by-hop header before UDP."""
    packets = []
    for time, data in call6("v6-hop@[2001:db8::10]"):
        packet = data[14:]
        body = bytes([UDP, 0, 1, 4, 0, 0, 0, 0]) + packet[40:]
        packets.append((time, in_ethernet(packet[:4] + struct.pack("!HB", len(body), 0) + packet[7:40] + body)))
    return packets


@scenario(Expect("å" + "long-" * 60 + "@198.51.100.186", codes={"busy"}, never_codes={"ok"}, final_code=486))
def strange_call_ids():
    """A Call-ID of 300 characters that begins with one outside of ASCII."""
    call = Dialog("å" + "long-" * 60 + "@198.51.100.186", "186", "187", a="198.51.100.186:5060", b="192.0.2.186:5060")
    return refused(call, 486).packets()


@scenario(Expect("*", codes={"unknown_user"}, never_codes={"ok"}, final_code=404))
def strange_call_ids_with_spaces():
    """A Call-ID of one asterisk."""
    return refused(Dialog("*", "188", "189", a="203.0.113.188:5060", b="192.0.2.188:5060"), 404).packets()


@scenario(Expect("folded@198.51.100.190", codes={"busy"}, never_codes={"ok"}, final_code=486, from_user="190"))
def line_ends_and_folds():
    """Header names in small letters, a folded Call-ID, spaces before colons, and a display name that looks like
    an address."""

    def change(data):
        data = data.replace(b"Call-ID: ", b"call-id:\r\n  ").replace(b"CSeq: ", b"cseq:   ")
        return data.replace(b"From: ", b'from : "Bob, \\"x\\" <sip:fake@192.0.2.66>" ')

    call = Dialog("folded@198.51.100.190", "190", "191", a="198.51.100.190:5060", b="192.0.2.190:5060")
    return rewritten(refused(call, 486), change)
