"""Calls that a transfer or a pick-up names."""

from __future__ import annotations

from tests.calls.call_scripts import trace

from partnertui.calls.replaced_calls import related_calls


def test_replaces_names_the_call_that_is_picked_up() -> None:
    assert related_calls(trace('0 A>P INVITE 1 Replaces="other@x;to-tag=1;from-tag=2"')) == {"other@x": "Replaces"}


def test_an_attended_transfer_names_the_other_call() -> None:
    refer = '1 A>P REFER 2 tag Refer-To="<sip:58@lab.test?Replaces=other%40x%3Bto-tag%3D1>"'
    assert related_calls(trace(f"0 A>P INVITE 1\n{refer}")) == {"other@x": "Refer-To"}


def test_a_call_is_not_related_to_itself() -> None:
    assert related_calls(trace('0 A>P INVITE 1 Replaces="c1;to-tag=1;from-tag=2"')) == {}
