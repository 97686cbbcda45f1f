"""A call that did not reach its phone says what the same capture has of the phone's registration."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from tests.truth.wire import Dialog, contact, credentials, pcap, refused, registration

from partnertui.calls.diagnosis.diagnose import diagnose
from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import IndexUpdate
from partnertui.captures.called_user_registration import with_registrations
from partnertui.captures.indexed_call_loader import CallLoader
from partnertui.captures.saving import masked


def phone(*, removed: bool = False, refused_at_last: bool = False) -> Dialog:
    """A phone that registers for 300 s, and what comes after that."""
    made = Dialog("phone", "2700", "2700", a="203.0.113.27:5060")
    registration(made)
    expires = 0 if removed else 300
    if removed or refused_at_last:
        headers = credentials("2700", "n1") + contact(made) + f"Expires: {expires}\r\n"
        made.request(30, "REGISTER", headers=headers)
        made.reply(30.02, 403 if refused_at_last else 200)
    return made


@pytest.mark.parametrize(
    ("dialog", "at", "sentence"),
    [
        (phone(removed=True), 90, "2700 unregistered 60 s before this call"),
        (phone(refused_at_last=True), 90, "2700 failed to renew its registration before this call"),
        (phone(), 90, "2700 registered 90 s before this call, for 300 s"),
        (phone(), 400, "2700's registration expired 100 s before this call"),
    ],
)
def test_the_registration_in_the_same_capture(dialog: Dialog, at: float, sentence: str, tmp_path: Path) -> None:
    call = Dialog("call", "2800", "2700", a="192.0.2.28:5060", start=at)
    packets = dialog.packets() + refused(call, 480, "User not registered", at=0.05).packets()
    path = tmp_path / "capture.pcap"
    path.write_bytes(pcap(packets))
    with Index(tmp_path / "captures.db") as index, closing(CallLoader(index)) as loader:
        IndexUpdate(index).update([path])
        trace = next(trace for some in loader.all([path]) for trace in some if trace.method == "INVITE")
        found = with_registrations(loader, trace)
    assert sentence in diagnose(found).verdict.text
    assert "2700" not in diagnose(masked(found)).verdict.text
