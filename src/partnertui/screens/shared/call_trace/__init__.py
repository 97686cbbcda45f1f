"""From a CDR, a live call or a registration to its trace: out of captures and out of Kamailio's table."""

from partnertui.screens.shared.call_trace.actions import TRACE, TRACE_REGISTRATION

__all__ = ["TRACE", "TRACE_REGISTRATION"]
