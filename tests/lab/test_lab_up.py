"""The lab itself: phones of every kind are registered."""

from __future__ import annotations

from tests.lab.labtools import Lab


def test_all_phones_register(lab: Lab) -> None:
    shown = lab.do("status")
    for user in ("1001", "1002", "1003", "1008", "1009", "1011"):
        assert f"{user} " in shown
