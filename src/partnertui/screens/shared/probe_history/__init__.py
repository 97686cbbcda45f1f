"""Earlier probes of a phone: SIP tests and MTR tests to read, compare and attach to a ticket.

A screen of registrations declares `actions=(EARLIER_PROBES,)`. From elsewhere: `show_probe_history(services, rows)`.
"""

from partnertui.screens.shared.probe_history.actions import EARLIER_PROBES, IN_PROBE_HISTORY, show_probe_history

__all__ = ["EARLIER_PROBES", "IN_PROBE_HISTORY", "show_probe_history"]
