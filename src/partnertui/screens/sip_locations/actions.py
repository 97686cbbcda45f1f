"""What can be done with registered phones."""

from __future__ import annotations

from partnertui.screens.shared.call_trace import TRACE_REGISTRATION
from partnertui.screens.shared.sip_test import SIP_TEST, SIP_TEST_ALL
from partnertui.screens.sip_locations.remove_action import REMOVE

ACTIONS = (SIP_TEST, SIP_TEST_ALL, TRACE_REGISTRATION, REMOVE)
