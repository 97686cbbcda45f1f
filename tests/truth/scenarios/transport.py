"""TCP, TLS, WebSocket and IP fragments."""

from tests.truth.scenario import Expect, scenario
from tests.truth.wire import (
    SERVER6,
    Connection,
    Dialog,
    answered,
    fragments,
    frame,
    in_order,
    over_tcp,
    refused,
    websocket_frame,
    websocket_hello,
    with_header,
)

TALK = {"talk_ms": (10000, 100), "hung_up_by": "caller"}


def client(call_id, port=5060, **options):
    """A call of ten seconds over TCP, from an ephemeral port."""
    call = Dialog(call_id, a="192.0.2.10:40001", b=f"198.51.100.1:{port}", transport="TCP", **options)
    return answered(call)


def client6(call_id, code=486, port=5060, reason="", ring=0.5):
    """A call over TCP and IPv6 that rings for a while and is refused."""
    call = Dialog(call_id, "seat6", "8006", a="[2001:db8::66]:52044", b=f"[2001:db8::1]:{port}", transport="TCP")
    return refused(call, code, reason, at=4.5, ring=ring)


def swap(packets, places):
    """The same packets, with neighbours at some places in each other's order."""
    packets = in_order(packets)
    for place in places:
        (one, first), (two, second) = packets[place], packets[place + 1]
        packets[place], packets[place + 1] = (one, second), (two, first)
    return packets


def longer(call, name="X-Pad", size=1400):
    """The same call, its INVITE and its final answer with a long header."""
    pad = f"{name}: {'y' * size}\r\n"
    return with_header(call, ["INVITE", "SIP/2.0 2", "SIP/2.0 4"], pad)


def in_fragments(call, backwards=False, drop=None):
    """A call over UDP whose long messages are in IP fragments; `drop` leaves the fragments of that number out."""
    packets = []
    for message in call.messages:
        pieces = fragments(message.source, message.destination, message.data()) if len(message.data()) > 1000 else None
        pieces = pieces or [frame(message.source, message.destination, message.data())]
        kept = [piece for place, piece in enumerate(pieces) if drop is None or place not in drop]
        packets += [
            (message.time + place * 1e-6, piece) for place, piece in enumerate(kept[::-1] if backwards else kept)
        ]
    return packets


def compact(data):
    """A message with the compact forms of its header names (RFC 3261, section 7.3.3)."""
    for long, short in (
        (b"Content-Length:", b"l:"),
        (b"Content-Type:", b"c:"),
        (b"Call-ID:", b"i:"),
        (b"From:", b"f:"),
        (b"To:", b"t:"),
        (b"Via:", b"v:"),
        (b"Contact:", b"m:"),
    ):
        data = data.replace(b"\r\n" + long, b"\r\n" + short)
    return data


@scenario(Expect("packed@192.0.2.10", codes={"ok"}, final_code=200, outcome={"answered"}, statistics=TALK))
def several_messages_in_a_segment():
    """100 and 180 come in one TCP segment, and so do ACK and BYE."""
    call = client("packed@192.0.2.10")
    connection = Connection(call.a, call.b)
    for first, second in ((0, 1), (1, 3), (3, 4), (4, 5), (5, 6), (6, 7)):
        group = call.messages[first:second]
        connection.send(group[0].time, group[0].source, b"".join(message.data() for message in group))
    return connection.packets


@scenario(Expect("disordered@[2001:db8::66]", codes={"unknown_user"}, never_codes={"ok"}, final_code=404))
def segments_out_of_order():
    """Over IPv6: segments of 150 bytes, every fifth pair of them in the wrong order; the call gets 404."""
    connection = over_tcp(client6("disordered@[2001:db8::66]", 404, ring=None), 150)
    return swap(connection.packets, range(4, len(connection.packets) - 1, 5))


@scenario(Expect("swapped@192.0.2.10", codes={"ok"}, final_code=200, outcome={"answered"}, statistics=TALK))
def one_pair_of_segments_swapped():
    """The first two segments of the INVITE are in the wrong order, all others are right."""
    return swap(over_tcp(client("swapped@192.0.2.10"), 300).packets, [3])


@scenario(
    Expect(
        "torn@[2001:db8::66]",
        codes={"busy", "incomplete", "unknown"},
        certain=None,
        never_codes={"ok", "timeout", "cancelled"},
        says={r"missing|lost|gap|not captured|incomplete|cut|could not be (read|put)|busy"},
    )
)
def segment_not_captured():
    """Over IPv6: a segment in the middle of the INVITE is missing from the capture; 100, 180 and 486 are there."""
    packets = in_order(over_tcp(client6("torn@[2001:db8::66]"), 180).packets)
    place = [place for place, (time, _) in enumerate(packets) if abs(time) < 0.005][1]
    return packets[:place] + packets[place + 1 :]


@scenario(
    Expect(
        "resent@192.0.2.10",
        codes={"ok"},
        final_code=200,
        outcome={"answered"},
        statistics={**TALK, "retransmissions": 0},
    )
)
def segments_sent_again():
    """TCP sends every segment again after 200 ms: no SIP message was sent twice."""
    packets = over_tcp(client("resent@192.0.2.10"), 200).packets
    return packets + [(time + 0.2, data) for time, data in packets]


@scenario(Expect("midway@[2001:db8::66]", codes={"busy"}, never_codes={"ok"}, final_code=486), others_allowed=True)
def begins_in_mid_connection():
    """Over IPv6 on port 6050, without a handshake; the capture begins with the second half of a reply; then a
    call is refused."""
    call = client6("midway@[2001:db8::66]", port=6050)
    connection = Connection(call.a, call.b, hello=False)
    connection.send(-3, call.b, call.messages[1].data()[90:])
    for message in call.messages:
        connection.send(message.time, message.source, message.data(), 220)
    return connection.packets


@scenario(Expect("pings@192.0.2.10", codes={"ok"}, final_code=200, outcome={"answered"}, statistics=TALK))
def keep_alives_between():
    """Keep-alives (CRLF CRLF) before every message, whole messages, long header names."""
    call = client("pings@192.0.2.10")
    connection = Connection(call.a, call.b)
    for message in call.messages:
        connection.send(message.time - 0.001, message.source, b"\r\n\r\n")
        connection.send(message.time, message.source, message.data())
    return connection.packets


@scenario(
    Expect(
        "compact@192.0.2.10",
        codes={"ok"},
        final_code=200,
        outcome={"answered"},
        from_user="100",
        to_user="200",
        statistics=TALK,
    )
)
def short_header_names():
    """Compact header names, keep-alives between, segments of 180 bytes."""
    call = client("compact@192.0.2.10")
    connection = Connection(call.a, call.b)
    for message in call.messages:
        connection.send(message.time - 0.001, message.source, b"\r\n\r\n")
        connection.send(message.time, message.source, compact(message.data()), 180)
    return connection.packets


@scenario(Expect("web@[2001:db8::67]", codes={"busy"}, never_codes={"ok"}, final_code=486))
def websocket_with_handshake():
    """SIP over WebSocket on port 5066 over IPv6, with its handshake and in segments of 500 bytes; the called
    user is busy."""
    call = Dialog("web@[2001:db8::67]", "web67", "68", a="[2001:db8::67]:52001", b="[2001:db8::1]:5066", transport="WS")
    refused(call, 486, at=1.5, ring=0.5)
    connection = Connection(call.a, call.b, start=-0.8)
    asked, given = websocket_hello("sip.example.com:5066")
    connection.send(-0.5, call.a, asked)
    connection.send(-0.4, call.b, given)
    for message in call.messages:
        connection.send(
            message.time,
            message.source,
            websocket_frame(message.data(), b"\xaa\x55\x0f\xf0" if message.source == call.a else b""),
            500,
        )
    return connection.packets


@scenario(
    Expect(
        "web-late@192.0.2.10",
        codes={"ok"},
        hedged={"no call"},
        final_code=200,
        outcome={"answered"},
        says={r"WebSocket", r"talked", r"hung up"},
    )
)
def websocket_without_handshake():
    """SIP over WebSocket on port 8080; the capture begins after the handshake. It is read, or it is said that
    it was not."""
    call = answered(Dialog("web-late@192.0.2.10", a="192.0.2.10:40001", b="198.51.100.1:8080", transport="WS"))
    connection = Connection(call.a, call.b, hello=False)
    for message in call.messages:
        connection.send(
            message.time,
            message.source,
            websocket_frame(message.data(), b"\x01\x02\x03\x04" if message.source == call.a else b""),
        )
    return connection.packets


@scenario(Expect(None, says={r"TLS", r"encrypt", r"certificate", r"handshake"}, never_says={r"traceback"}))
def encrypted_signalling():
    """A phone opens TLS on port 5061 and ends it at once with the alert "unknown CA": it does not trust the
    certificate."""
    connection = Connection("[2001:db8::69]:50505", "[2001:db8::1]:5061", start=-0.2)
    hello = b"\x03\x03" + bytes(32) + b"\0" + b"\0\x02\x13\x01" + b"\x01\0"
    hello = b"\x01" + len(hello).to_bytes(3, "big") + hello
    answer = b"\x03\x03" + bytes(range(32)) + b"\0" + b"\x13\x01" + b"\0"
    answer = b"\x02" + len(answer).to_bytes(3, "big") + answer
    connection.send(0, connection.client, b"\x16\x03\x01" + len(hello).to_bytes(2, "big") + hello)
    connection.send(0.03, connection.server, b"\x16\x03\x03" + len(answer).to_bytes(2, "big") + answer)
    connection.send(0.05, connection.client, b"\x15\x03\x03\x00\x02\x02\x30")
    return connection.packets


@scenario(Expect("frag@[2001:db8::70]", codes={"busy"}, never_codes={"ok"}, final_code=486))
def fragmented():
    """INVITE and 486 over UDP in IPv6 fragments, the last one first."""
    call = Dialog("frag@[2001:db8::70]", "70", "71", a="[2001:db8::70]:5060", b=SERVER6)
    return in_fragments(longer(refused(call, 486)), backwards=True)


@scenario(
    Expect(
        "only-first@192.0.2.10",
        codes={"ok", "incomplete", "unknown"},
        certain=False,
        hedged={"no call"},
        never_codes={"timeout", "no_answer", "cancelled"},
        says={r"fragment", r"cut", r"incomplete"},
    )
)
def fragments_not_captured():
    """The capture filter "port 5060" drops all but the first fragment of INVITE and 200."""
    return in_fragments(longer(answered(Dialog("only-first@192.0.2.10"))), drop={1, 2, 3})


@scenario(
    Expect("two-in-one@192.0.2.10", codes={"ok"}, certain=None, final_code=200, outcome={"answered"}, statistics=TALK)
)
def two_messages_in_a_datagram():
    """A broken sender puts 100 and 180 into one UDP datagram; the rest of the call is well."""
    call = answered(Dialog("two-in-one@192.0.2.10"))
    both = call.messages[1].data() + call.messages[2].data()
    packets = [(message.time, frame(message.source, message.destination, message.data())) for message in call.messages]
    return [packets[0], (0.02, frame(call.b, call.a, both)), *packets[3:]]
