"""Actions that open a SIP test: of the selected registrations, or of all phones of a customer."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.declare.kinds import Row
from partnertui.kit.declare.view_location import Scope


def sip_test_of(services: Services, rows: Sequence[Row], title: str = "") -> None:
    """Test registered phones: rows with `aor`, `contact`, `received` and `path`."""
    from partnertui.screens.shared.sip_test.dialog import SipTestDialog
    from partnertui.screens.shared.sip_test.plan_choice import Choice
    from partnertui.screens.shared.sip_test.test_run import SipTestRun

    named = title or (rows[0]["aor"] if len(rows) == 1 else f"{len(rows)} phones")
    proxy = services.settings.sip_test.proxy
    run = SipTestRun(services, tuple(rows), named, Choice(proxy, bool(proxy)))
    run.start()  # before there is a dialog: mounting one takes longer than most phones need to answer
    services.show_dialog(SipTestDialog(run), lambda answer: None)


def sip_test_of_customer(context: ActionContext, customer_id: int, name: str) -> None:
    """Test all registered phones of a customer."""
    from partnertui.screens.shared.sip_test.registered_phones import look_up

    look_up(context, "customer_id", customer_id, name, sip_test_of)


def sip_test_of_user(context: ActionContext, user_id: int, name: str) -> None:
    """Test all registered phones of a user."""
    from partnertui.screens.shared.sip_test.registered_phones import look_up

    look_up(context, "user_id", user_id, name, sip_test_of)


def _customer_of(context: ActionContext) -> Scope | None:
    """The customer of the row under the cursor, otherwise the customer scope."""
    row = context.row or {}
    if row.get("customer_id"):
        return Scope(row["customer_id"], row.get("customer") or "the customer")
    return context.scope


def _no_customer(context: ActionContext) -> str:
    return (
        ""
        if _customer_of(context) is not None
        else "no customer is known for this row: {key:scope.choose} chooses one, or move to another row"
    )


def _all(context: ActionContext) -> None:
    customer = _customer_of(context)
    if customer is not None:
        sip_test_of_customer(context, customer.record_id, customer.name)


def preload() -> None:
    """Import what a test needs, half a second of modules, so that the first answer is shown as fast as it comes."""
    for module in PRELOADED:
        import_module(module)


PRELOADED = (
    "partnertui.screens.shared.sip_test.dialog",
    "partnertui.screens.shared.sip_test.test_run",
    "partnertui.db.probe_rate_limit",
    "partnertui.db.probe_results",
    "partnertui.probes.sip_options.resolver",
)
IN_SIP_TEST = ("In the SIP test", "partnertui.screens.shared.sip_test.dialog:SIP_TEST_ACTIONS")
SIP_TEST = Action(
    "sip.test",
    "SIP test",
    lambda context: sip_test_of(context.services, context.rows),
    ("t",),
    "SIP test",
    rows="many",
    group="Phone",
    about="sends OPTIONS and explains the response",
    leads_to=IN_SIP_TEST,
    preload=preload,
)
SIP_TEST_ALL = Action(
    "sip.test-all",
    "SIP test of all this customer's phones",
    _all,
    ("ctrl+t",),
    refuse=_no_customer,
    reads_row=True,
    group="Phone",
    menu=True,
    about="all at once; unanswered and slow ones are listed first",
    leads_to=IN_SIP_TEST,
)
