"""*Snooze*: hides the marked tickets until a time or an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.drafts import DraftOf
from partnertui.domain.duration_text import span_words
from partnertui.domain.errors import DomainError
from partnertui.domain.ticket_enums import LONGEST_WAIT, WatchKind
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.declare.kinds import Time
from partnertui.kit.views.form import Field, Form, Option, Values, ask_form

if TYPE_CHECKING:
    from partnertui.db.unit_of_work import UnitOfWork

BY_TIME = "time"
EVENTS = (
    Option(BY_TIME, "a time", "the ticket comes back then"),
    Option(WatchKind.CALL.value, "the next call", "from or to a number, however it ends"),
    Option(WatchKind.REGISTRATION.value, "a registration", "by a phone"),
    Option(WatchKind.PAYMENT.value, "a payment", "by the customer, once completed"),
)


def _named(kind: WatchKind) -> Field:
    title, help_text = {
        WatchKind.CALL: (
            "Number",
            "With its country code, or as dialled in the customer's country; or an extension.",
        ),
        WatchKind.REGISTRATION: ("Phone", "Its AOR: user@domain."),
    }[kind]
    return Field(
        f"{kind}_value",
        title=title,
        help=help_text,
        required=lambda values: values.get("event") == kind.value,
        shown=lambda values: values.get("event") == kind.value,
    )


FIELDS = (
    Field("event", title="Snooze until", choices=EVENTS, required=True, default=BY_TIME),
    _named(WatchKind.CALL),
    _named(WatchKind.REGISTRATION),
    Field(
        "until",
        Time(seconds=False, ahead=True),
        title="Time",
        required=lambda values: values.get("event") == BY_TIME,
        help="For example 4h, tomorrow 9:00 or Friday; with an event, the latest time"
        f" ({span_words(LONGEST_WAIT)} if empty).",
    ),
)


def snooze(context: ActionContext) -> None:
    """Snoozes the chosen tickets until a time or an event."""
    rows = context.rows
    row = rows[0]

    def write(unit: UnitOfWork, values: Values, seen: Values) -> None:
        from partnertui.db.tickets import wake_conditions

        event = None if values["event"] == BY_TIME else WatchKind(values["event"])
        value = str(values.get(f"{values['event']}_value") or "")
        try:
            for one in rows:
                wake_conditions.snooze(unit, one["id"], values.get("until"), event, value, version=one["version"])
        except DomainError as error:
            at_field = f"{event}_value" if error.field == "value" else error.field
            raise DomainError(error.message, error.advice, field=at_field) from None

    count = len(rows)
    form = Form(
        f"Snooze {row['number']}" if count == 1 else f"Snooze {count} tickets",
        FIELDS,
        write=write,
        values={"event": BY_TIME, f"{WatchKind.REGISTRATION}_value": row.get("aor")},
        saves_unchanged=True,
        saved="Snoozed." if count == 1 else f"{count} tickets snoozed.",
        draft=DraftOf("tickets", row["id"], "snooze"),
    )
    ask_form(context.services, form, lambda found: context.refresh_rows())
