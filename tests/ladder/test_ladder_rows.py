"""Ladders: which columns and rows a trace gives, and how they look in so many cells."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from rich.cells import cell_len
from tests.ladder.ladder_samples import CARRIER, PHONE, PROXY, call, call_messages, message, sdp, stream

from partnertui.calls.call_assembly import build_trace
from partnertui.calls.diagnosis.verdict import Code, Confidence, Diagnosis, Verdict
from partnertui.calls.trace_model import Endpoint, Message, Side, Trace
from partnertui.domain.symbols import ASCII, UNICODE
from partnertui.ladder import Options, Repeats, RowKind, ladder_svg, ladder_text, layout
from partnertui.ladder.column_positions import fit, fit_all, towards
from partnertui.ladder.lines import heading, render_row
from partnertui.ladder.text_cutting import middle
from partnertui.ladder.time_column import Clock, time_width, times_of


def labels(trace: Trace, options: Options | None = None) -> list[str]:
    return [row.label for row in layout(trace, options=options).rows if row.kind == RowKind.MESSAGE]


def below(trace: Trace) -> list[str]:
    return [row.label for row in layout(trace).rows if row.kind == RowKind.SDP]


def test_hosts_stand_in_the_order_of_the_call_and_are_named_by_what_they_do() -> None:
    ladder = layout(call())
    assert [part.name for part in ladder.participants] == ["caller", "proxy", "called"]
    assert [part.address_text for part in ladder.participants] == [PHONE.address, PROXY.address, CARRIER.address]


def test_known_addresses_have_their_names() -> None:
    ladder = layout(call(), {PHONE.address: "Acme, reception", "203.0.113.10": "our proxy"})
    assert [part.name for part in ladder.participants] == ["Acme, reception", "our proxy", "called"]
    assert [part.known for part in ladder.participants] == [True, True, False]


def test_a_caller_behind_nat_has_its_name_by_role() -> None:
    names = {"10.96.0.21": "Zainab Jones", "caller": "Zainab Jones", PROXY.address: "our proxy"}
    assert [part.name for part in layout(call(), names).participants] == ["Zainab Jones", "our proxy", "called"]


def test_two_phones_behind_one_nat_have_a_column_each() -> None:
    other = Endpoint(PHONE.address, 40_002)
    trace = build_trace([message(0, PHONE, PROXY, "INVITE"), message(5, PROXY, other, "INVITE")])
    assert [part.address_text for part in layout(trace).participants] == [
        "198.51.100.77:5060",
        PROXY.address,
        str(other),
    ]


def test_a_proxy_with_a_connection_for_each_peer_is_one_column() -> None:
    out = Endpoint(PROXY.address, 51_234)
    trace = build_trace([message(0, PHONE, PROXY, "INVITE"), message(5, out, CARRIER, "INVITE", transport="tcp")])
    assert [part.address_text for part in layout(trace).participants] == [PHONE.address, PROXY.address, CARRIER.address]


def test_the_description_is_told_once_and_then_only_what_changes() -> None:
    hold = message(5000, PHONE, PROXY, "INVITE", "3 INVITE", to_tag="9", body=sdp(way="sendonly"))
    back = message(6000, PHONE, PROXY, "INVITE", "4 INVITE", to_tag="9", body=sdp())
    assert below(call(hold, back)) == [
        "audio 198.51.100.77:4000 PCMA PCMU",
        "audio 198.51.100.130:6000 PCMA",
        "audio sendonly",
        "audio sendrecv",
    ]


def test_a_proxy_that_changes_the_address_is_seen() -> None:
    trace = build_trace(
        [message(0, PHONE, PROXY, "INVITE", body=sdp()), message(5, PROXY, CARRIER, "INVITE", body=sdp(PROXY.address))]
    )
    assert below(trace) == ["audio 198.51.100.77:4000 PCMA PCMU", f"audio {PROXY.address}:4000"]


def test_refused_media_are_said_to_be_refused() -> None:
    answer = message(9, PROXY, PHONE, "200 OK", body=sdp(PROXY.address, 0))
    trace = build_trace([message(0, PHONE, PROXY, "INVITE", body=sdp()), answer])
    assert below(trace)[1] == "audio refused"


def test_silence_has_a_row() -> None:
    gaps = [row.label for row in layout(call()).rows if row.kind == RowKind.GAP]
    assert gaps == ["3.0 s", "10.0 s"]


def again(trace: Trace, *after_ms: float) -> Trace:
    """The first message sent again."""
    first = trace.messages[0]
    sent = [replace(first, time_us=first.time_us + round(ms * 1000), frame=100 + n) for n, ms in enumerate(after_ms)]
    return build_trace([*trace.messages, *sent])


def test_retransmissions_are_counted_shown_or_hidden() -> None:
    trace = again(call(), 500, 1500)
    ladder = layout(trace)
    assert ladder.rows[0].count == 3
    assert len(labels(trace)) == 16
    assert labels(trace, Options(repeats=Repeats.SHOWN)).count("INVITE again SDP") == 2
    hidden = layout(trace, options=Options(repeats=Repeats.HIDDEN))
    assert hidden.rows[0].count == 1
    assert hidden.hidden == 2
    assert ladder.hidden == 0


def test_what_a_capture_saw_twice_is_neither_shown_nor_counted() -> None:
    ladder = layout(again(call(), 0.4))
    assert ladder.rows[0].count == 1
    assert ladder.hidden == 0


def test_a_folded_message_is_found_at_its_first() -> None:
    trace = again(call(), 500)
    place = next(iter(trace.repeats))
    assert layout(trace).rows_of[place] == 0


def test_one_leg_alone() -> None:
    source, destination = (layout(call(), options=Options(side=side)) for side in Side)
    assert [part.address_text for part in source.participants] == [PHONE.address, PROXY.address]
    assert [part.address_text for part in destination.participants] == [PROXY.address, CARRIER.address]
    assert source.hidden + destination.hidden == 16


def test_keep_alives_and_all_but_sdp_can_be_hidden() -> None:
    trace = call(message(50, PROXY, PHONE, "OPTIONS", "7 OPTIONS"), message(51, PHONE, PROXY, "200 OK", "7 OPTIONS"))
    assert "OPTIONS" in labels(trace)
    assert len(labels(trace, Options(keep_alives=False))) == 16
    assert set(labels(trace, Options(only_sdp=True))) == {"INVITE SDP", "200 OK SDP"}


def test_sound_stands_where_it_began() -> None:
    rows = layout(call(streams=(stream(),))).rows
    number = next(n for n, row in enumerate(rows) if row.kind == RowKind.STREAM)
    assert rows[number].label == "PCMA 990 packets, 1.0% lost"
    assert rows[number].role == "warn"
    assert (rows[number].source, rows[number].target) == (0, 2)
    assert rows[number - 1].label == "ACK"


def test_sound_from_behind_nat_belongs_to_the_phone_whose_description_named_it() -> None:
    relay = Endpoint("192.0.2.99", 30_000)
    rows = layout(call(streams=(stream(source=PHONE, destination=relay),)))
    assert rows.participants[-1].address_text == "192.0.2.99"
    assert rows.participants[-1].name == "media"


def test_an_answered_challenge_is_no_error() -> None:
    roles = {row.label: row.role for row in layout(call()).rows}
    assert roles["407 Proxy Authentication Required"] == "muted"
    alone = build_trace(call_messages()[:3])
    assert {row.label: row.role for row in layout(alone).rows}["407 Proxy Authentication Required"] == "bad"


def test_times_since_the_start_since_the_last_and_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    ladder = layout(call())
    stops = [number for number, row in enumerate(ladder.rows) if row.stops]
    since_start, since_last, local = (times_of(ladder, clock) for clock in Clock)
    assert [since_start[n] for n in stops[-2:]] == ["+13.160", "+13.165"]
    assert since_last[stops[-1]] == "+0.005"
    assert re.fullmatch(r"\d\d:\d\d:13\.165", local[stops[-1]])


@pytest.mark.parametrize("width", [60, 80, 97, 140, 200])
@pytest.mark.parametrize("hosts", [1, 2, 3, 5, 9])
def test_every_line_has_just_its_width(width: int, hosts: int) -> None:
    ends = [Endpoint(f"2001:db8::{number}", 5060) for number in range(1, hosts + 1)]
    pairs = [(one, other) for one in ends for other in ends]
    messages = [message(n * 10, one, other, "603 Decline ラーメン") for n, (one, other) in enumerate(pairs)]
    ladder = layout(build_trace(messages))
    for first in range(len(ladder.participants)):
        grid = fit(len(ladder.participants), width, 9, first)
        for row in ladder.rows:
            text = "".join(piece for piece, _ in render_row(grid, row, "+0.000", UNICODE))
            assert cell_len(text) == width, text


def test_the_columns_of_a_message_are_scrolled_into_sight() -> None:
    grid = fit(8, 80, 9)
    first = towards(grid, 5, 6)
    shown = fit(8, 80, 9, first).shown
    assert 5 in shown
    assert 6 in shown
    assert towards(fit(8, 80, 9, first), 5, 6) == first
    assert len(fit_all(8, 80, 9).centres) == 8


def painted(trace: Trace, width: int, names: dict[str, str] | None = None) -> list[str]:
    ladder = layout(trace, names)
    times = times_of(ladder, Clock.SINCE_START)
    grid = fit(len(ladder.participants), width, time_width(times))
    heads = heading(grid, ladder.participants, UNICODE)
    rows = (render_row(grid, row, time, UNICODE) for row, time in zip(ladder.rows, times, strict=True))
    return ["".join(text for text, _ in line) for line in (*heads, *rows)]


def test_names_and_addresses_are_whole_where_there_is_room_beside_them() -> None:
    one, proxy, other = (Endpoint(f"192.168.178.10{n}", 5060) for n in range(3))
    trace = build_trace([message(0, one, proxy, "INVITE"), message(9, proxy, other, "INVITE")])
    name, address, *rows = painted(trace, 80, {one.address: "Konstantina Papadopoulou"})
    assert "Konstantina Papadopoulou" in name
    assert address.split() == [one.address, proxy.address, other.address]
    assert {len(line) for line in (name, address, *rows)} == {80}


def test_a_status_keeps_its_code_and_the_beginning_of_its_words_at_80_columns() -> None:
    words = "487 Request Terminated", "480 Temporarily Unavailable"
    trace = call(*(message(20_000, PROXY, PHONE, one, "9 INVITE", to_tag="9") for one in words))
    shown = "\n".join(painted(trace, 80))
    assert "◂ 487 Request Terminated " in shown
    assert "◂ 480 Temporarily Una" in shown


def test_a_long_silence_takes_no_room_from_the_messages() -> None:
    one, other = Endpoint("192.0.2.1", 5060), Endpoint("192.0.2.2", 5060)
    short = build_trace([message(0, one, other, "INVITE")])
    long = build_trace([message(0, one, other, "INVITE"), message(869_000, other, one, "200 OK")])
    assert painted(short, 80)[2].index("│") == painted(long, 80)[2].index("│") - 1
    assert "  · 14 min 29 s · " in painted(long, 80)[3]


def test_who_asks_for_a_password_is_no_called_phone_and_a_hidden_leg_renames_nobody() -> None:
    refused = build_trace([m for m in call_messages() if {m.source, m.destination} == {PHONE, PROXY}])
    assert [part.name for part in layout(refused).participants] == ["caller", "platform"]
    source = layout(call(), options=Options(side=Side.SOURCE))
    assert [part.name for part in source.participants] == ["caller", "proxy"]


def test_who_sends_on_what_came_by_way_of_others_is_a_proxy() -> None:
    trace = build_trace([message(0, PROXY, CARRIER, "INVITE", extra=f"Via: SIP/2.0/UDP {PHONE};branch=z9hG4bKp\r\n")])
    assert [part.name for part in layout(trace).participants] == ["proxy", "called"]


def test_the_second_stream_of_a_description_says_the_address_no_second_time() -> None:
    both = sdp(PHONE.address, 4000) + "m=video 4002 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
    trace = build_trace([message(0, PHONE, PROXY, "INVITE", body=both)])
    assert below(trace) == [f"audio {PHONE.address}:4000 PCMA PCMU, video :4002 H264"]


def test_long_labels_lose_their_middle() -> None:
    assert middle("480 Temporarily Unavailable", 15, "…") == "480 Tem…ailable"
    assert cell_len(middle("480 留守番電話サービス", 11, "…")) <= 11


def test_the_text_has_all_of_it() -> None:
    evidence = Verdict(Code.OK, Confidence.CERTAIN, "Nothing wrong.", "Nothing to do.", (0,))
    also = Verdict(Code.DIVERTED, Confidence.LIKELY, "It was diverted.", "Ask.")
    text = ladder_text(call(streams=(stream(),)), width=100, judgement=Diagnosis(evidence, (also,)))
    told = (
        "+441632960123 calls +442079460000",
        "Call-ID a1",
        "Nothing wrong. (certain, ok)",
        "INVITE SDP",
        "407 Proxy",
        "Also likely: It was diverted.",
        "PCMA 990 packets",
        "· 10.0 s ·",
        "●    +0.000",
    )
    for words in told:
        assert words in text
    assert max(len(line) for line in text.splitlines()) <= 100


def test_without_utf8_the_ladder_is_ascii() -> None:
    text = ladder_text(again(call(), 700), symbols=ASCII)
    assert text.isascii()
    assert "INVITE SDP x2" in text
    assert "==>" in ladder_text(call(streams=(stream(),)), symbols=ASCII)


def test_a_trace_without_messages_is_said_to_have_none() -> None:
    assert "No message" in ladder_text(Trace((), ()))
    assert ElementTree.fromstring(ladder_svg(Trace((), ()))).tag.endswith("svg")


def test_svg_needs_nothing_else() -> None:
    picture = ladder_svg(again(call(streams=(stream(),)), 700), {PHONE.address: "R&D <lab>"})
    tree = ElementTree.fromstring(picture)
    texts = [element.text for element in tree.iter() if element.text]
    assert "R&D <lab>" in texts
    assert "INVITE SDP ×2" in texts
    assert not re.search(r"<script|<image|href=|url\(|@import", picture)


def test_a_description_with_hostile_numbers_is_drawn() -> None:
    body = sdp().replace("m=audio 4000", "m=audio 99999999999999999999")
    assert "audio" in ladder_text(build_trace([message(0, PHONE, PROXY, "INVITE", body=body)]))


def test_what_is_no_sip_has_a_row() -> None:
    junk = Message(1, 0, "udp", PHONE, PROXY, b"\x00\xff hello")
    assert labels(build_trace([junk])) == ["not SIP"]
