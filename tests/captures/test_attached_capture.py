"""A trace that was kept as a capture and a snapshot is drawn as it was, with the verdict it had."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.ladder.ladder_samples import call, stream

from partnertui.calls.diagnosis.diagnose import diagnose
from partnertui.calls.trace_model import Trace
from partnertui.calls.trace_snapshot import restored, snapshot_of
from partnertui.captures.attached_capture import kept_messages
from partnertui.captures.saving import build_pcap, masked
from partnertui.domain.errors import DomainError
from partnertui.ladder import ladder_text

PLAIN = call(streams=(stream(),))


@pytest.mark.parametrize("trace", [PLAIN, masked(PLAIN)], ids=["plain", "masked"])
def test_the_same_ladder_and_verdict_come_back(trace: Trace, tmp_path: Path) -> None:
    judged = diagnose(trace)
    snapshot = json.loads(json.dumps(snapshot_of(trace, judged)))
    again, judgement = restored(kept_messages(build_pcap(trace.messages), tmp_path), snapshot)
    assert judgement is not None
    assert judgement.verdict == judged.verdict
    assert again.streams == trace.streams
    assert [one.transport for one in again.messages] == [one.transport for one in trace.messages]
    assert ladder_text(again, {}, judgement=judgement) == ladder_text(trace, {}, judgement=judged)
    assert list(tmp_path.iterdir()) == []


def test_a_capture_that_lost_messages_is_judged_anew(tmp_path: Path) -> None:
    snapshot = snapshot_of(PLAIN, diagnose(PLAIN))
    again, judgement = restored(kept_messages(build_pcap(PLAIN.messages[:3]), tmp_path), snapshot)
    assert len(again.messages) == 3
    assert judgement is None


@pytest.mark.parametrize("content", [b"", b"no capture", build_pcap(())])
def test_what_holds_no_call_is_refused_and_leaves_nothing(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="no SIP messages"):
        kept_messages(content, tmp_path)
    assert list(tmp_path.iterdir()) == []
