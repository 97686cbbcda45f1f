"""The action that lists the last probes of a phone."""

from __future__ import annotations

from collections.abc import Sequence

from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.declare.kinds import Row
from partnertui.screens.shared.ip_address_actions import addresses

ADDRESS_COLUMNS = ("received", "contact")
IN_PROBE_HISTORY = ("In earlier tests", "partnertui.screens.shared.probe_history.dialog:PROBE_HISTORY_ACTIONS")
"""For `Action.leads_to` of actions that list earlier probes."""


def show_probe_history(services: Services, rows: Sequence[Row], address: str = "") -> None:
    """List the last probes of registered phones and of their addresses, or of one `address`."""
    from partnertui.screens.shared.probe_history.dialog import ProbeHistoryDialog

    phones = sorted({str(row["aor"]) for row in rows if row.get("aor")})
    found = {where for row in rows for where in addresses(row, ADDRESS_COLUMNS).values()} | {address} - {""}
    title = phones[0] if len(phones) == 1 else f"{len(phones)} phones" if phones else address
    services.show_dialog(ProbeHistoryDialog(services, title, phones, sorted(found)))


def _show(context: ActionContext) -> None:
    show_probe_history(context.services, context.rows)


EARLIER_PROBES = Action(
    "phone.probes",
    "Earlier tests of this phone",
    _show,
    rows="many",
    group="Phone",
    about="recent SIP and MTR tests, to view, compare and attach",
    leads_to=IN_PROBE_HISTORY,
)
