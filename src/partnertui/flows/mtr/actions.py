"""The action that probes the path to an address of a row."""

from __future__ import annotations

from partnertui.flows.addresses import addresses, choose
from partnertui.kit.actions import Action
from partnertui.kit.context import Here


def mtr_action(*columns: str) -> Action:
    """Probes the path to the address in these columns; where several may be probed, the cursor or a menu decides."""

    def found(here: Here) -> dict[str, str]:
        return addresses(here.row or {}, columns)

    def none(here: Here) -> str:
        return "" if found(here) else "no address is known for this row, so there is no path to probe"

    def mtr(here: Here) -> None:
        from partnertui.flows.mtr.dialog import MtrTest

        known = found(here)
        choose(
            here,
            allowed(here, known) or dict([next(iter(known.items()))]),
            "Path to which?",
            lambda address: here.desk.ask(MtrTest(here, address), lambda answer: None),
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
        about="the path to it hop by hop: where loss and delay begin",
    )


def allowed(here: Here, known: dict[str, str]) -> dict[str, str]:
    """Those addresses that may be probed: a phone behind NAT is known by a private one, too."""
    from partnertui.probes.addresses import ProbeRefused, check_address

    fit = {}
    for column, address in known.items():
        try:
            fit[column] = check_address(address, here.desk.settings.sip_test.allow)
        except ProbeRefused:
            continue
    return fit
