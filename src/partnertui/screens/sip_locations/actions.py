"""What can be done with registered phones."""

from __future__ import annotations

from partnertui.kit.actions import Action
from partnertui.kit.context import Here


def sip_test(here: Here) -> None:
    """Sends an OPTIONS to every chosen phone and explains the answers."""
    from partnertui.screens.sip_locations.test_dialog import SipTest

    here.desk.ask(SipTest(here.desk, here.rows), lambda answer: None)


ACTIONS = (
    Action(
        "sip.test", "SIP test", sip_test, ("t",), "SIP test", rows="many", group="Phone",
        about="sends an OPTIONS and says what the answer means",
    ),
)  # fmt: skip
