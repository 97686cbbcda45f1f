"""The action that tests the path to an address of a row."""

from __future__ import annotations

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.screens.shared.ip_address_actions import addresses, choose


def mtr_action(*columns: str) -> Action:
    """Test the path to the address in these columns; if there are several, the cursor or a menu decides."""

    def found(context: ActionContext) -> dict[str, str]:
        return addresses(context.row or {}, columns)

    def none(context: ActionContext) -> str:
        return "" if found(context) else "no address is known for this row, so there is no path to probe"

    def mtr(context: ActionContext) -> None:
        from partnertui.screens.shared.mtr.dialog import MtrDialog

        known = found(context)
        choose(
            context,
            allowed(context, known) or dict([next(iter(known.items()))]),
            "Path to which address?",
            lambda address: context.services.show_dialog(MtrDialog(context, address)),
        )

    return Action(
        "ip.mtr",
        "MTR test",
        mtr,
        ("upper_m", "M"),
        "MTR",
        rows="one",
        refuse=none,
        group="Address",
        about="the path to the address, hop by hop, and where loss and delay begin",
        leads_to=("In the MTR test", "partnertui.screens.shared.mtr.dialog:MTR_ACTIONS"),
    )


def allowed(context: ActionContext, known: dict[str, str]) -> dict[str, str]:
    """The addresses that may be probed: a phone behind NAT also has a private one. The demo sends nothing to any."""
    from partnertui.probes.allowed_addresses import ProbeRefused, check_address, is_inside

    if context.services.is_demo:
        return {column: address for column, address in known.items() if not is_inside(address)}
    fit = {}
    for column, address in known.items():
        try:
            fit[column] = check_address(address, context.services.settings.sip_test.allow)
        except ProbeRefused:
            continue
    return fit
