"""Finds and loads the trace of a CDR, a live call or a registration: from captures, HEP and `sip_trace`."""

from partnertui.screens.shared.call_trace.actions import TRACE, TRACE_REGISTRATION

__all__ = ["TRACE", "TRACE_REGISTRATION"]
