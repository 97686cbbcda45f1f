"""Actions on a registered contact: SIP test, earlier probes, registration trace and time line, removal."""

from __future__ import annotations

from partnertui.screens.shared.call_trace import TRACE_REGISTRATION
from partnertui.screens.shared.probe_history import EARLIER_PROBES
from partnertui.screens.shared.registration_timeline import TIMELINE
from partnertui.screens.shared.sip_test import SIP_TEST, SIP_TEST_ALL
from partnertui.screens.sip_locations.remove_action import REMOVE

ACTIONS = (SIP_TEST, SIP_TEST_ALL, EARLIER_PROBES, TRACE_REGISTRATION, TIMELINE, REMOVE)
