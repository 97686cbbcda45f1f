"""*Compare with the switch*: lists differences, and queues them to be written again on request."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from partnertui.db.kamailio.subscriber_database import open_switch
from partnertui.db.provisioning.switch_differences import Comparison, Difference, compare, mend
from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.unit_of_work_job import run_unit_of_work
from partnertui.kit.widgets.record_lines import wrapped
from partnertui.kit.widgets.text_dialogs import LINES_ACTIONS, LinesDialog
from partnertui.screens.shared.customer_scope import customer_of_list
from partnertui.screens.users.sip_password_vault import users_vault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from partnertui.db.query_cancellation import Cancel
    from partnertui.errors import UserError


def compare_users(context: ActionContext) -> None:
    """Compares the marked users, or all of the list's customer, or all, with the switch."""
    services, operator = context.services, context.operator
    users = [row["id"] for row in context.rows] if len(context.rows) > 1 or _is_record(context) else []
    listed = customer_of_list(context)
    customer = listed.record_id if listed is not None and not users else None

    def work(cancel: Cancel, tell: object) -> Comparison:
        assert operator is not None
        with closing(open_switch(services.database, services.settings.kamailio)) as switch:
            return compare(
                services.database, switch, users_vault(services), operator, users=users, customer_id=customer
            )

    def done(found: Comparison) -> None:
        context.refresh_rows()
        services.show_dialog(ComparisonDialog(context, found), services.open)

    def failed(error: UserError) -> None:
        services.notify(f"Couldn't compare with the switch: {error} {error.advice}".strip(), "bad")

    services.jobs.long("compare with the switch", work, done, failed)


def _is_record(context: ActionContext) -> bool:
    location = context.services.location()
    return location is not None and location.record is not None


class ComparisonDialog(LinesDialog):
    """What differs; a line leads to its user."""

    def __init__(self, context: ActionContext, found: Comparison) -> None:
        super().__init__(context.services, "Compared with the switch", self.comparison_lines)
        self.behind, self.found = context, found

    def actions(self) -> tuple[Action, ...]:
        """Writing again, then those of all lines."""
        return COMPARISON_ACTIONS

    @property
    def mendable(self) -> Sequence[Difference]:
        """What can be written again."""
        return [one for one in self.found.differences if one.can_be_mended]

    def comparison_lines(self, width: int) -> list[Line]:
        """A sum, then a line a user, then accounts of nobody."""
        found = self.found
        count = f"{found.compared:,} user" + ("s" if found.compared != 1 else "")
        number = len(found.differences)
        differ = f"{number:,} differ{'s' if number == 1 else ''}" if number else "no differences"
        lines = [Line(((f"{count} compared: {differ}.", "warn" if found.differences else "good"),)), BLANK]
        for one in found.differences:
            text = f"{one_line(one.name)} ({one_line(one.aor)}): {one_line(one.words, 300)}"
            parts = wrapped(text, width)
            lines.append(Line(((parts[0].copy, "link"),), Location("users", one.user_id), text))
            lines += [Line(((f"  {part.copy}", ""),)) for part in parts[1:]]
        if found.unknown:
            lines += [BLANK, *wrapped("On the switch, but not a user here; left unchanged:", width, "muted")]
            lines += [Line(((one_line(aor), "muted"),), copy=aor) for aor in found.unknown]
        return lines

    def mend(self) -> None:
        """Notes what differs to be written again."""
        users = [one.user_id for one in self.mendable]
        count = f"{len(users)} user" + ("s" if len(users) != 1 else "")
        done = f"{count} will be written to the switch again."
        run_unit_of_work(self.behind, "write the users to the switch again", lambda unit: mend(unit, users), done)
        self.dismiss(None)


def _dialog(context: ActionContext) -> ComparisonDialog:
    return context.front(ComparisonDialog)


def _nothing(context: ActionContext) -> str:
    if off(context.services):
        return off(context.services)
    return "" if _dialog(context).mendable else "there is nothing to write"


def off(services: Services) -> str:
    """Why nothing is written to the switch; "" if it is."""
    is_on = services.settings.kamailio.subscribers == "write"
    return "" if is_on else "users aren't written to the switch (kamailio.subscribers is off)"


COMPARISON_ACTIONS = (
    Action(
        "comparison.save",
        "Write the differing users to the switch again",
        lambda context: _dialog(context).mend(),
        ("ctrl+s",),
        "write again",
        refuse=_nothing,
        palette=False,
    ),
    *LINES_ACTIONS,
)
