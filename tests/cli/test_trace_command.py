"""`partnertui trace`: what a script and an agent at a shell get."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.calls.call_scripts import messages
from tests.captures.packet_builder import ether, ip, pcap, tcp, udp

HERE = Path(__file__).parents[1] / "captures"
CORE, EDGE = HERE / "lab-core.pcap", HERE / "lab-edge.pcap"
KINDS = {
    ("1010", "1003", "busy", 486, "busy"),
    ("1010", "1004", "cancelled", 487, "cancelled"),
    ("1010", "1005", "no answer", 408, "timeout"),
    ("1010", "1006", "rejected", 603, "rejected"),
    ("1010", "1007", "congestion", 500, "congestion"),
    ("1010", "1008", "answered", 200, "ok"),
    ("1010", "1008", "rejected", 403, "wrong_password"),
    ("1010", "4040", "failed", 404, "unknown_user"),
    ("1010", "5030", "congestion", 503, "no_route"),
    ("1001", "1002", "answered", 200, "ok"),
}
"""Each kind of call that the lab makes: from, to, outcome, code, verdict."""


def run(folder: Path, *words: object, wanted: int = 0, heard: bool = False) -> str:
    """What the command prints, with its complaints where it fails or they are `heard`; it must end with the code."""
    command = [sys.executable, "-m", "partnertui", "--dir", str(folder), "trace", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == wanted, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + (done.stderr if wanted or heard else "")


def test_the_list_of_calls(tmp_path: Path) -> None:
    lines = run(tmp_path, CORE).splitlines()
    assert lines[0].split() == ["Start", "Method", "From", "To", "Outcome", "Code", "Verdict", "Call-ID"]
    (busy,) = (line for line in lines if " 486 " in line)
    assert busy.split()[2:8] == ["INVITE", "1010", "1003", "busy", "486", "busy"]


def test_every_kind_of_call_as_json(tmp_path: Path) -> None:
    calls = json.loads(run(tmp_path, CORE, "--json"))
    found = {
        (call["from"], call["to"], call["outcome"], call["final_code"], call["verdict"]["code"])
        for call in calls
        if call["method"] == "INVITE"
    }
    assert found == KINDS
    for call in calls:
        frames = {message["frame"] for message in call["messages"]}
        assert set(call["verdict"]["evidence"]) <= frames
        assert call["verdict"]["evidence"]
        assert call["verdict"]["confidence"] in ("certain", "likely", "possible")


def one(folder: Path, to: str, capture: Path = CORE) -> str:
    """The Call-ID of a call."""
    calls = json.loads(run(folder, capture, "--json"))
    call_id: str = next(call["call_ids"][0] for call in calls if call["to"] == to and call["method"] == "INVITE")
    return call_id


def test_one_call_for_reading(tmp_path: Path) -> None:
    text = run(tmp_path, CORE, "--call-id", one(tmp_path, "1003"))
    assert "1010 calls 1003" in text
    assert "1003 is busy" in text
    assert "407 Proxy" in text
    assert "Outcome" in text


def test_one_call_is_found_in_a_capture_that_was_never_read(tmp_path: Path) -> None:
    call_id = one(tmp_path / "a", "1003")
    fresh = json.loads(run(tmp_path / "b", CORE, "--call-id", call_id, "--json"))
    assert [call["call_ids"] for call in fresh] == [[call_id]]
    assert fresh == json.loads(run(tmp_path / "a", CORE, "--call-id", call_id, "--json"))


def test_legs(tmp_path: Path) -> None:
    call_id = one(tmp_path, "1003")
    legs = {
        leg: json.loads(run(tmp_path, CORE, "--call-id", call_id, "--leg", leg, "--json"))[0]["messages"]
        for leg in ("source", "destination", "both")
    }
    assert len(legs["source"]) + len(legs["destination"]) == len(legs["both"])
    assert {message["leg"] for message in legs["destination"]} == {"destination"}


def test_a_picture_and_a_capture_of_one_call(tmp_path: Path) -> None:
    call_id = one(tmp_path, "1008", EDGE)
    svg, pcap = tmp_path / "call.svg", tmp_path / "call.pcap"
    run(tmp_path, EDGE, "--call-id", call_id, "--svg", svg)
    assert "INVITE" in "".join(ElementTree.parse(svg).getroot().itertext())
    run(tmp_path, EDGE, "--call-id", call_id, "--pcap", pcap)
    again, before = (json.loads(run(tmp_path, file, "--call-id", call_id, "--json"))[0] for file in (pcap, EDGE))
    assert [m["text"] for m in again["messages"]] == [m["text"] for m in before["messages"]]
    assert [(s["ssrc"], s["packets"]) for s in again["streams"]] == [
        (s["ssrc"], s["packets"]) for s in before["streams"]
    ]
    assert again["verdict"]["code"] == "ok"


def test_masked_for_a_ticket(tmp_path: Path) -> None:
    text = run(tmp_path, CORE, "--call-id", one(tmp_path, "1003"), "--mask", "--json")
    assert "1003" not in json.dumps([message["text"] for message in json.loads(text)[0]["messages"]])
    assert "198.51.100.6" not in text
    assert json.loads(text)[0]["verdict"]["code"] == "busy"


def test_a_folder_of_captures(tmp_path: Path) -> None:
    both = run(tmp_path, HERE)
    assert both.count(" cancelled ") == run(tmp_path, CORE).count(" cancelled "), "a call seen twice is one call"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["/nowhere/x.pcap"], 1, "x.pcap can't be read: no such file or directory"),
        ([__file__], 1, "isn't a capture"),
        ([CORE, "--call-id", "nobody"], 1, "No capture has the Call-ID nobody"),
        ([CORE, "--svg", "x.svg"], 2, "choose it with --call-id"),
        ([], 2, "at least one capture"),
        ([CORE, "--leg", "middle"], 2, "invalid choice"),
        ([CORE, "--call-id", "x", "--json", "--svg", "y"], 2, "not allowed with"),
    ],
)
def test_wrong_use_is_a_sentence(tmp_path: Path, words: list[object], code: int, said: str) -> None:
    assert said in run(tmp_path, *words, wanted=code)


def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    call_id = one(tmp_path, "1003")
    assert "can't be written" in run(tmp_path, CORE, "--call-id", call_id, "--svg", "/nowhere/x.svg", wanted=1)


def test_hostile_names_never_reach_the_terminal(tmp_path: Path) -> None:

    (invite,) = messages("0 A>P INVITE 1")
    data = invite.data.replace(b"sip:1001@", b"sip:\x1b]0;owned\x07\xe2\x80\xae@").replace(b"c1", b"c\x1b[2J1")
    path = tmp_path / "hostile.pcap"
    path.write_bytes(pcap([ether(ip(udp(data)))]))
    for words in ((path,), (path, "--json")):
        shown = run(tmp_path, *words)
        assert "\x1b" not in shown
        assert "\u202e" not in shown


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda path: path.mkdir(), "x.pcap is a capture (a pcap or pcapng file, compressed or not)."),
        (lambda path: path.symlink_to(path), "too many levels of symbolic links"),
        (
            lambda path: path.write_bytes(b"\x1f\x8b\x08" + bytes(60)),
            "unpacked: its gzip data is damaged",
        ),
    ],
)
def test_nothing_to_list_is_a_sentence(tmp_path: Path, made: Callable[[Path], object], said: str) -> None:
    made(tmp_path / "x.pcap")
    assert said in run(tmp_path / "home", tmp_path / "x.pcap", wanted=1)
    shown = run(tmp_path / "home", tmp_path / "x.pcap", "--json", wanted=1)
    assert shown.startswith("[]\n")
    assert said in shown


def test_a_capture_without_calls_is_read_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "x.pcap").write_bytes(CORE.read_bytes()[:24])
    shown = run(tmp_path / "home", tmp_path / "x.pcap", "--json", heard=True)
    assert shown == "[]\npartnertui: No SIP was found in x.pcap.\n"


def test_others_are_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "x.pcap").write_bytes(b"")
    shown = run(tmp_path / "home", tmp_path / "x.pcap", CORE, wanted=1)
    assert " 486 " in shown
    assert "x.pcap is empty" in shown
    assert "x.pcap is empty" in run(tmp_path / "home", tmp_path / "x.pcap", "--call-id", "nobody", wanted=1)


def test_tls_says_what_it_needs(tmp_path: Path) -> None:
    """Captured in the middle of a connection, without its handshake."""

    path, keys = tmp_path / "tls.pcap", tmp_path / "keys.log"
    keys.write_text("")
    path.write_bytes(pcap([ether(ip(tcp(b"\x17\x03\x03\x00\x20" + bytes(32), 1, ("192.0.2.1", 5061)), 6))]))
    assert "SIP over TLS can't be read without a key log file (packets: 1)" in run(tmp_path, path, heard=True)
    assert "decrypted with these keys" in run(tmp_path, path, "--keys", keys, heard=True)
    assert "key log file /nowhere can't be read" in run(tmp_path, path, "--keys", "/nowhere", wanted=1)


def test_a_verdict_that_is_merely_possible_is_marked(tmp_path: Path) -> None:
    calls = json.loads(run(tmp_path, EDGE, "--json"))
    shown = run(tmp_path, EDGE).splitlines()[1:]
    for call, line in zip(calls, shown, strict=True):
        code, sure = call["verdict"]["code"], call["verdict"]["confidence"]
        assert (f" {code}? " in line) == (sure == "possible" and code != "unknown")
