"""RTP is counted as RFC 3550 has it: against what was left out, and against tshark."""

from __future__ import annotations

import re
import struct
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.calls.call_scripts import messages
from tests.captures.packet_builder import A, B, ether, ip, pcap, udp

from partnertui.calls.call_assembly import build_calls
from partnertui.calls.mos import from_rating, mos, mos_rating
from partnertui.calls.trace_model import Message, Stream
from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import IndexUpdate
from partnertui.captures.capture_file import Capture, Record
from partnertui.captures.indexed_call_loader import CallLoader
from partnertui.captures.rtp_of_calls import own_streams, rtp_packets, with_streams
from partnertui.captures.rtp_stream_statistics import StreamCollector, expected_media
from partnertui.captures.saving import build_pcap

HERE = Path(__file__).parents[1] / "captures"
INVITE = messages("0 A>P INVITE 1 sdp=198.51.100.6:4000/PCMA,PCMU")[0]
SOUND = (A[0], 4000), (B[0], 6000)


def rtp(sequence: int, payload_type: int = 8, ssrc: int = 7, stamp: int | None = None) -> bytes:
    at = sequence * 160 if stamp is None else stamp
    return struct.pack(">BBHII", 0x80, payload_type, sequence & 0xFFFF, at & 0xFFFFFFFF, ssrc) + b"\xd5" * 160


def heard(tmp_path: Path, sequences: Sequence[int], step: float = 0.02, kind: int = 8) -> list[Stream]:
    path = tmp_path / "rtp.pcap"
    frames = [ether(ip(udp(rtp(number, kind), *SOUND), 17, *SOUND)) for number in sequences]
    path.write_bytes(pcap(frames, step=step))
    with Capture(path) as capture:
        listening = StreamCollector(expected_media([INVITE]))
        for record in capture.records():
            listening.take(record)
    return listening.streams()


@settings(max_examples=60, deadline=None)
@given(
    start=st.integers(0, 65_535),
    count=st.integers(10, 300),
    lost=st.sets(st.integers(1, 8), max_size=5),
    twice=st.sets(st.integers(2, 8), max_size=3),
)
def test_loss_and_doubles_are_what_was_left_out(
    tmp_path_factory: pytest.TempPathFactory, start: int, count: int, lost: set[int], twice: set[int]
) -> None:
    """Also where the sequence number goes round."""
    sent = [start + place for place in range(count) if place not in lost for _ in range(2 if place in twice else 1)]
    (stream,) = heard(tmp_path_factory.mktemp("rtp"), sent)
    assert (stream.packets, stream.lost) == (len(sent), len(lost))
    assert stream.duplicates == len(twice - lost)
    assert stream.expected == count


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=3, max_size=80))
def test_plain_packets_are_counted_as_all_others(
    tmp_path_factory: pytest.TempPathFactory, sequences: list[int]
) -> None:
    quick = heard(tmp_path_factory.mktemp("rtp"), sequences)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StreamCollector, "_again", lambda collector, record: False)
        assert heard(tmp_path_factory.mktemp("rtp"), sequences) == quick


def test_the_longest_gap_is_told(tmp_path: Path) -> None:
    (stream,) = heard(tmp_path, [*range(50), *range(60, 70), *range(73, 90)])
    assert (stream.lost, stream.longest_gap) == (13, 10)


def test_late_packets_are_late_and_not_lost(tmp_path: Path) -> None:
    (stream,) = heard(tmp_path, [1, 2, 3, 5, 4, 6, 8, 7, 9, 10, 11])
    assert (stream.lost, stream.out_of_order, stream.duplicates) == (0, 2, 0)


def test_steady_packets_have_no_jitter_and_uneven_ones_have(tmp_path: Path) -> None:
    (steady,) = heard(tmp_path, range(100))
    assert steady.jitter_ms < 0.01
    assert steady.mos > 4.2
    (uneven,) = heard(tmp_path, range(100), step=0.03)
    assert 9 < uneven.max_jitter_ms < 11


def heard_as(tmp_path: Path, packets: Sequence[bytes], step: float = 0.02) -> Stream:
    """The one stream that these packets are."""
    path = tmp_path / "rtp.pcap"
    path.write_bytes(pcap([ether(ip(udp(packet, *SOUND), 17, *SOUND)) for packet in packets], step=step))
    listening = StreamCollector(expected_media([INVITE]))
    with Capture(path) as capture:
        for record in capture.records():
            listening.take(record)
    (stream,) = listening.streams()
    return stream


def test_numbers_and_times_that_begin_anew_are_neither_loss_nor_jitter(tmp_path: Path) -> None:
    """A re-INVITE or a transfer makes some senders do that, with the same SSRC."""
    for start in (40_000, 20_000):
        packets = [
            *(rtp(number) for number in range(200)),
            *(rtp(start + number, stamp=number * 160) for number in range(100)),
        ]
        stream = heard_as(tmp_path, packets)
        assert (stream.packets, stream.lost, stream.expected, stream.out_of_order) == (300, 0, 300, 0)
        assert stream.max_jitter_ms < 0.01
    stray = heard_as(tmp_path, [*(rtp(number) for number in range(50)), rtp(30_000), *map(rtp, range(50, 100))])
    assert stray.lost == 0


def test_a_minute_without_sound_that_was_sent_is_lost(tmp_path: Path) -> None:
    (stream,) = heard(tmp_path, [0, 1, 2, *range(5_000, 5_003)], step=100.0)
    assert stream.lost == 4_997


def test_silence_and_a_change_of_codec_go_by_one_clock_and_tones_by_their_own(tmp_path: Path) -> None:
    kinds = [8] * 100 + [13] + [0] * 150 + [101] * 20 + [0] * 30
    packets = [rtp(number, kind, stamp=(number if kind != 101 else 251) * 160) for number, kind in enumerate(kinds)]
    stream = heard_as(tmp_path, packets)
    assert (stream.codec, stream.packets, stream.lost) == ("PCMU", len(kinds), 0), "what most packets are"
    assert stream.max_jitter_ms < 0.01


def test_what_is_no_rtp_or_goes_elsewhere_is_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "x.pcap"
    other = ((A[0], 4002), (B[0], 6002))
    rtcp = struct.pack(">BBHI", 0x80, 200, 6, 7) + b"\0" * 20
    frames = [
        ether(ip(udp(rtp(1), *other), 17, *other)),
        ether(ip(udp(rtcp, *SOUND), 17, *SOUND)),
        ether(ip(udp(b"\x80\x08", *SOUND), 17, *SOUND)),
        ether(ip(udp(b"hello there, no sound", *SOUND), 17, *SOUND)),
        b"",
        b"\0" * 20,
    ]
    path.write_bytes(pcap(frames * 3))
    with Capture(path) as capture:
        listening = StreamCollector(expected_media([INVITE]))
        for record in capture.records():
            listening.take(record)
    assert listening.streams() == []


@pytest.mark.parametrize("name", ["lab-edge.pcap"])
def test_the_same_streams_as_tshark(name: str, tmp_path: Path) -> None:
    path = HERE / name
    told = subprocess.run(
        ["tshark", "-n", "-o", "rtp.heuristic_rtp:TRUE", "-q", "-r", str(path), "-z", "rtp,streams"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    theirs = {
        (int(m[1], 16), int(m[2]), int(m[3])) for m in re.finditer(r"(0x[0-9A-F]{8})\s+\S+\s+(\d+)\s+(-?\d+) \(", told)
    }
    with Index(tmp_path / "captures.db") as index, closing(CallLoader(index)) as loader:
        IndexUpdate(index).update([path])
        traces = [with_streams(loader, trace) for some in loader.all([path]) for trace in some]
    ours = {(one.ssrc, one.packets, one.lost) for trace in traces for one in trace.streams}
    assert ours == theirs
    assert theirs


def test_sound_is_saved_with_the_call(tmp_path: Path) -> None:
    path = HERE / "lab-edge.pcap"
    with Index(tmp_path / "captures.db") as index, closing(CallLoader(index)) as loader:
        IndexUpdate(index).update([path])
        trace = next(
            t for some in loader.all([path]) for t in some if t.first.reading.to_user == "1008" and t.messages[5:]
        )
        trace = with_streams(loader, trace)
        packets = rtp_packets(loader, trace)
    assert len(packets) == sum(stream.packets for stream in trace.streams) > 100
    saved = tmp_path / "one.pcap"
    saved.write_bytes(build_pcap(trace.messages, packets))
    (again,) = build_calls(_messages(saved))
    assert [m.data for m in again.messages] == [m.data for m in trace.messages]


def _messages(path: Path) -> list[Message]:
    with Index(path.parent / "again.db") as index, closing(CallLoader(index)) as loader:
        IndexUpdate(index).update([path])
        return [message for some in loader.all([path]) for trace in some for message in trace.messages]


def test_two_calls_on_one_port_keep_their_own_sound() -> None:
    (trace,) = build_calls(
        messages(
            "0 A>P INVITE 1 sdp=198.51.100.6:4000/PCMA\n1 P>A 200 INVITE 1 sdp=203.0.113.10:6000/PCMA\n9 A>P BYE 2 tag"
        )
    )
    from partnertui.calls.trace_model import Endpoint

    def stream(source: tuple[str, int], destination: tuple[str, int]) -> Stream:
        at = trace.start_us + 2_000_000
        return Stream(
            Endpoint(*source), Endpoint(*destination), 1, 8, "PCMA", at, at + 1, 1, 9, 0, 0, 0, 0.0, 0.0, 0, 4.0
        )

    own, foreign = stream((A[0], 4000), (B[0], 6000)), stream(("192.0.2.9", 5000), (B[0], 6000))
    assert own_streams(trace, [own, foreign]) == [own]
    assert own_streams(trace, [foreign]) == [foreign], "behind NAT the other end is not what SDP says"


@given(codec=st.sampled_from(["PCMA", "G729", "opus", "what"]), loss=st.floats(0, 100), jitter=st.floats(0, 500))
def test_more_loss_or_jitter_never_sounds_better(codec: str, loss: float, jitter: float) -> None:
    score = mos(codec, loss, jitter)
    assert 1.0 <= score <= 4.5
    assert mos(codec, min(loss + 5, 100), jitter) <= score
    assert mos(codec, loss, jitter + 20) <= score


def test_the_e_model_at_its_ends() -> None:
    """G.107, annex B: R of 93.2 is a MOS of 4.41."""
    assert round(from_rating(93.2), 2) == 4.41
    assert (from_rating(0), from_rating(100), from_rating(-5)) == (1.0, 4.5, 1.0)
    assert mos_rating(4.4) == "excellent"
    assert mos_rating(2.0).startswith("bad")


def test_a_record_is_a_record() -> None:
    """Readers make records without calling its constructor, for speed."""
    path = HERE / "lab-edge.pcap"
    with Capture(path) as capture:
        record = next(iter(capture.records()))
    assert isinstance(record, Record)
    assert (record.frame, record.offset, record.link) == (1, 24, 1)


def l2tp(packet: bytes) -> bytes:
    """An IP packet in PPP in L2TP (RFC 2661), which only tshark reads."""
    ends = (("192.0.2.1", 1701), ("192.0.2.2", 1701))
    return ip(udp(b"\x00\x02\x00\x01\x00\x01\xff\x03\x00\x21" + packet, *ends), 17, *ends)


def test_sound_in_a_tunnel_is_not_missed_in_silence(tmp_path: Path) -> None:
    made = messages("0 A>P INVITE 1 sdp=198.51.100.6:4000/PCMA\n1 P>A 200 INVITE 1 sdp=203.0.113.10:6000/PCMA")
    plain = [ip(udp(message.data)) for message in made]
    for name, packets in (("plain", plain), ("tunnel", [l2tp(packet) for packet in plain])):
        path = tmp_path / f"{name}.pcap"
        path.write_bytes(pcap([ether(packet) for packet in packets]))
        with Index(tmp_path / "captures.db") as index, closing(CallLoader(index)) as loader:
            IndexUpdate(index).update([path])
            ((trace,),) = loader.all([path])
            missing = with_streams(loader, trace, paths=[path]).missing
        assert ("tunnels that only tshark can read" in "".join(missing)) == (name == "tunnel")
