"""Hints on what to try first, shown to somebody who opens the demo for the first time."""

from __future__ import annotations

from partnertui.screens.shared.call_trace import TRACE
from partnertui.screens.shared.sip_test import SIP_TEST

NAMED = (TRACE, SIP_TEST)
"""Actions of other screens whose keys are named, so that they are declared when the lines are shown."""

START_LINES = (
    "Start here: {key:customers.phones} shows a customer's phones; {key:sip.test} tests whether one answers.",
    "{key:app.go-key} d lists calls: {key:call.trace} shows why one failed; {key:app.go-key} a lists live ones.",
    "{key:app.help} lists all keys, {key:list.close} goes back. These lines go away when you open something.",
)
