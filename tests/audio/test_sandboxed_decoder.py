"""What isn't a sound is refused with the reason; what the decoding process answers isn't believed either."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.audio.made_sounds import TONE, mp3, other_format, with_claim

from partnertui import limited_process
from partnertui.audio import sandboxed_decoder
from partnertui.audio.file_error_messages import refusal
from partnertui.domain.errors import DomainError
from partnertui.domain.sounds import PLAYED_HZ, WAVEFORM_STEPS

GOOD = {"duration_ms": 1000, "level": -2300, "true_peak": -500, "waveform": "80" * WAVEFORM_STEPS}


def why(content: bytes) -> str:
    with pytest.raises(DomainError) as refused:
        sandboxed_decoder.measure(content)
    assert refused.value.field == "file"
    assert refused.value.advice
    return str(refused.value)


def test_a_good_file_is_measured_and_decoded() -> None:
    found = sandboxed_decoder.measure(mp3(TONE, 2))
    assert abs(found.duration_ms - 2000) < 100
    assert found.level is not None
    assert max(found.waveform) in range(70, 85)  # 0.3 of 255
    assert abs(len(sandboxed_decoder.samples(mp3(TONE, 2))) / 2 / PLAYED_HZ - 2) < 0.1


def test_every_refusal_has_its_reason() -> None:
    long = mp3("0.1*sin(440*t)", 1860, rate=8_000, bit_rate="8k")
    assert "a WAV file, not an MP3" in why(other_format("-f", "wav"))
    assert "over 100 hours, but the file holds 2.0 s" in why(with_claim(mp3(), 0xFFFFFFFF))
    assert "truncated" in why(mp3()[: len(mp3()) // 2])
    assert "31:00 long; the limit is 30 minutes" in why(long)
    assert "empty" in why(b"")
    assert "2.1 MB" in why(mp3() + bytes(2_100_000))
    assert "no MPEG audio" in why(b"hello" * 100)
    assert "tag says 268,435,465 bytes" in why(b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + mp3())


def test_frames_that_do_not_decode_are_refused() -> None:
    content = mp3(TONE, 3)
    headers = b"".join(content[at : at + 4].ljust(208, b"\xaa") for at in range(0, 4))
    assert "MP3" in why(headers * 100)


class Lying:
    """Replaces the decoding process by one that runs some Python."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def __call__(self, code: str) -> None:
        command = [sys.executable, "-I", "-c", code]
        self.monkeypatch.setattr(limited_process, "child_command", lambda module, arguments: command)


@pytest.fixture
def lying(monkeypatch: pytest.MonkeyPatch) -> Lying:
    return Lying(monkeypatch)


@pytest.mark.parametrize(
    "answer",
    [
        "hello",
        "[]",
        "{}",
        json.dumps({"before": GOOD | {"duration_ms": 10**18}}),
        json.dumps({"before": GOOD | {"level": "loud"}}),
        json.dumps({"before": GOOD | {"true_peak": 10**9}}),
        json.dumps({"before": GOOD | {"waveform": "zz" * WAVEFORM_STEPS}}),
        json.dumps({"before": GOOD | {"waveform": "80"}}),
        json.dumps({"before": GOOD, "after": GOOD}),
        json.dumps({"before": GOOD, "x": "y" * 10_000}),
    ],
)
def test_answers_are_checked(answer: str, lying: Lying) -> None:
    lying(f"print({answer!r})")
    assert "couldn't be decoded" in why(mp3())


def test_a_flood_of_bytes_and_an_endless_process_are_ended(lying: Lying, monkeypatch: pytest.MonkeyPatch) -> None:
    lying(f"import sys\nprint({json.dumps({'before': GOOD})!r}, flush=True)\nwhile True: sys.stdout.write('x' * 65536)")
    assert "couldn't be decoded" in why(mp3())
    monkeypatch.setattr(sandboxed_decoder, "LIMITS", replace(sandboxed_decoder.LIMITS, wall_seconds=0.5))
    lying("import time\ntime.sleep(600)")
    assert "couldn't be decoded" in why(mp3())


def test_memory_and_files_are_limited(lying: Lying, tmp_path: Path) -> None:
    lying("print(len(bytearray(18 << 40)))")  # what a header that lies once asked for
    assert "couldn't be decoded" in why(mp3())
    lying(f"print(len(bytearray({sandboxed_decoder.LIMITS.memory_kib * 1024})))")
    assert "couldn't be decoded" in why(mp3())
    target = tmp_path / "file"
    lying(f"open({str(target)!r}, 'w').write('x' * 100000)")
    assert "couldn't be decoded" in why(mp3())
    assert not target.exists() or target.stat().st_size == 0


def test_the_process_has_no_environment(lying: Lying, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARTNERTUI_SECRET", "hunter2")
    lying("import json, os\nprint(json.dumps({'refused': 'too-long', 'figures': [len(os.environ) * 1000]}))")
    with pytest.raises(DomainError) as refused:
        sandboxed_decoder.measure(mp3())
    seconds = float(str(refused.value).split(" is ")[1].split(" s long")[0])
    assert seconds <= 4  # LC_ALL, PYTHONDONTWRITEBYTECODE, and what the shell adds


def test_any_code_and_figures_make_a_sentence() -> None:
    for code in ("too-long", "cut-off", "header-lies", "damaged", "tag-lies", "mostly-other", "is-zip", "x", 5, None):
        for figures in (None, [], [1], ["a", {}], [10**30, 5]):
            assert str(refusal(code, figures)).endswith(".")
