"""*Carrier fault report*: writes one about marked calls, an incident or a trace; copied, saved or attached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from partnertui.db.carrier_complaint_calls import attempts_to, failures_of_calls, failures_of_incident
from partnertui.domain.carrier_complaint import CarrierFailure, complaint_text
from partnertui.domain.evidence import Evidence, EvidenceKind
from partnertui.domain.plurals import plural
from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.dialog import close_action, help_action, move_actions
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.kit.widgets.record_lines import wrapped
from partnertui.kit.widgets.text_dialogs import LinesDialog
from partnertui.screens.shared.save_file import save
from partnertui.screens.shared.ticket_attachment import attach_to_ticket

if TYPE_CHECKING:
    from sqlalchemy import Connection

FILE = "carrier-fault-report.txt"
NONE = "None of these calls failed at a carrier: no outbound call failed because of congestion or a missing route."


class ComplaintDialog(LinesDialog):
    """The text, to be copied as a whole, saved or attached."""

    def __init__(self, services: Services, text: str, customer_id: int | None = None) -> None:
        super().__init__(services, "Carrier fault report", lambda width: wrapped(text, width))
        self.text, self.customer_id = text, customer_id

    def actions(self) -> tuple[Action, ...]:
        """Copy, save, attach, move, close."""
        return COMPLAINT_ACTIONS

    def attach(self) -> None:
        """As an internal note of a ticket."""
        context = self.services.context()
        title = self.text.partition("\n")[0].removeprefix("Subject: ")
        evidence = Evidence(EvidenceKind.COMPLAINT, title, self.text, FILE)
        attach_to_ticket(replace(context, row={"customer_id": self.customer_id}), evidence)


def _dialog(context: ActionContext) -> ComplaintDialog:
    return context.front(ComplaintDialog)


COMPLAINT_ACTIONS = (
    Action(
        "complaint.copy-all",
        "Copy everything",
        lambda c: c.services.copy(_dialog(c).text, "the fault report"),
        ("upper_y", "Y"),
        "copy all",
        group="Fault report",
    ),
    Action(
        "complaint.save",
        "Save it to a file",
        lambda c: save(c.services, FILE, _dialog(c).text.encode()),
        ("ctrl+s",),
        "save",
        group="Fault report",
    ),
    Action(
        "complaint.attach",
        "Attach to a ticket",
        lambda c: _dialog(c).attach(),
        ("upper_a", "A"),
        "attach",
        group="Fault report",
    ),
    Action(
        "complaint.copy",
        "Copy the line",
        lambda c: c.services.copy(_dialog(c).body.line.copy, "the line"),
        ("y",),
        group="Fault report",
    ),
    *move_actions("complaint", lambda c: _dialog(c).body),
    help_action("complaint"),
    close_action("complaint", "close", "q"),
)


def complain_about_calls(context: ActionContext) -> None:
    """The complaint about the marked calls, or the one under the cursor."""
    ids = [int(row["id"]) for row in context.rows]
    customer = (context.row or {}).get("customer_id")
    _read(context, lambda connection: failures_of_calls(connection, ids), customer)


def complain_about_incident(context: ActionContext) -> None:
    """The complaint about an incident's calls."""
    key = int((context.row or {})["id"])
    _read(context, lambda connection: failures_of_incident(connection, key), None)


def _read(
    context: ActionContext, failures: Callable[[Connection], list[CarrierFailure]], customer_id: int | None
) -> None:
    services = context.services

    def read(connection: Connection) -> dict[str, tuple[int, str]]:
        by_carrier: dict[str, list[CarrierFailure]] = {}
        for one in failures(connection):
            by_carrier.setdefault(one.their_address, []).append(one)
        return {carrier: _complaint(connection, carrier, found) for carrier, found in by_carrier.items()}

    def show(texts: dict[str, tuple[int, str]]) -> None:
        if not texts:
            services.notify(NONE, "warn")
        elif len(texts) == 1:
            show_complaint(services, next(iter(texts.values()))[1], customer_id)
        else:
            items = [
                Item(text, one_line(carrier) or "unknown", plural(count, "call"))
                for carrier, (count, text) in texts.items()
            ]
            picker = Picker(services, "Report the fault to which carrier?", items)
            services.show_dialog(picker, lambda text: show_complaint(services, text, customer_id))

    services.read(context.view, "failed calls", read, show, opens=True)


def _complaint(connection: Connection, carrier: str, failures: list[CarrierFailure]) -> tuple[int, str]:
    times = [one.at for one in failures]
    attempts = attempts_to(connection, carrier, min(times), max(times)) if carrier and len(times) > 1 else None
    return len(failures), complaint_text(failures, attempts)


def show_complaint(services: Services, text: str, customer_id: int | None) -> None:
    """Opens the dialog."""
    services.show_dialog(ComplaintDialog(services, text, customer_id), services.open)
