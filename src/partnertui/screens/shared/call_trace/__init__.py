"""Opens the trace of a CDR, a live call or a registration, from captures and Kamailio's table."""

from partnertui.screens.shared.call_trace.actions import TRACE, TRACE_REGISTRATION

__all__ = ["TRACE", "TRACE_REGISTRATION"]
