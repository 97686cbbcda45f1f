"""*XMPP status*: what the platform's tables say of a customer's chat domain, and what the server answers now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.db.xmpp_accounts import xmpp_accounts
from partnertui.domain.customer_and_user_enums import XmppStatus
from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.dialog import close_action, help_action, move_actions
from partnertui.kit.widgets.live_dialog import LiveDialog
from partnertui.kit.widgets.record_lines import field_lines, title_line, wrapped
from partnertui.probes.xmpp_serves_domain import look_up_domain

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from partnertui.db.query_cancellation import Cancel
    from partnertui.db.rows.type_aliases import RowDict
    from partnertui.errors import UserError
    from partnertui.probes.xmpp_serves_domain import XmppLook

STATUS_ROLES = {XmppStatus.ACTIVE: "good", XmppStatus.FAILED: "bad", XmppStatus.OFF: "muted"}
SERVED_ROLES = {True: "good", False: "bad", None: "warn"}


class XmppDialog(LiveDialog):
    """The stored state at once, the server's answer when it is there."""

    def __init__(self, services: Services, customer_id: int, company: str) -> None:
        super().__init__(services, f"XMPP status: {one_line(company, 50)}")
        self.customer_id = customer_id
        self.stored: RowDict | None = None
        self.look: XmppLook | None = None
        self.error = ""

    def actions(self) -> tuple[Action, ...]:
        """Ask again, copy, close."""
        return XMPP_ACTIONS

    def begin(self) -> None:
        """Reads the tables, then asks the server."""
        customer_id = self.customer_id
        self.look, self.error = None, ""

        def work(connection: Connection) -> RowDict:
            return xmpp_accounts(connection, customer_id)

        self.services.read(self, "xmpp", work, self.read, self.failed)

    def read(self, stored: RowDict) -> None:
        """Shows what is stored and asks the server about the domain."""
        self.stored, settings, domain = stored, self.services.settings.xmpp, stored["domain"]
        if not self.reason():

            def work(cancel: Cancel, tell: Callable[[int, int], None]) -> XmppLook:
                return look_up_domain(domain, settings.server, settings.timeout)

            self.job = self.services.jobs.long(f"XMPP status: {one_line(domain, 60)}", work, self.answered, self.failed)
        self.changed()

    def reason(self) -> str:
        """Why the server isn't asked; "" if it is."""
        if self.services.is_demo:
            return "this is demo data"
        if not self.services.settings.xmpp.server:
            return "no server is configured (xmpp.server)"
        return "" if self.stored is not None and self.stored["domain"] else "the customer has no domain"

    def answered(self, look: XmppLook) -> None:
        """Shows the server's answer."""
        self.job, self.look = None, look
        self.changed()

    def failed(self, error: UserError) -> None:
        """Shows what went wrong."""
        self.job, self.error = None, f"{error} {error.advice}".strip()
        self.changed()

    def lines(self, width: int) -> list[Line]:
        """The tables' state, then the server's."""
        rule = self.services.symbols.line
        lines = [title_line("Stored by the platform", width, rule)]
        if self.stored is None:
            return [*lines, *wrapped(self.error or "Reading …", width, "bad" if self.error else "muted")]
        stored = self.stored
        presence = ", ".join(f"{count:,} {word}" for word, count in stored["presence"].items())
        lines += field_lines("Status", str(stored["status"]), STATUS_ROLES.get(stored["status"], ""), width)
        lines += field_lines("Chat domain", stored["domain"] or "none", "", width)
        lines += field_lines("Active users", f"{stored['users']:,}", "", width)
        lines += field_lines("Last presence", presence or "none", "", width)
        return [*lines, BLANK, title_line("Current server status", width, rule), *self._live(stored, width)]

    def _live(self, stored: RowDict, width: int) -> list[Line]:
        server = self.services.settings.xmpp.server
        if self.error:
            return wrapped(self.error, width, "bad")
        if reason := self.reason():
            return wrapped(f"Not queried: {reason}.", width, "muted")
        lines = field_lines("Server", server, "", width)
        look = self.look
        if look is None:
            return [*lines, *wrapped("Querying …", width, "muted")]
        lines += field_lines("Response", look.words, SERVED_ROLES[look.served], width)
        if look.served:
            lines += field_lines("Encryption", look.tls, "warn" if look.tls == "not offered" else "", width)
            shown = ", ".join(look.logins) or "only shown once encrypted"
            lines += field_lines("Login methods", shown, "", width)
            lines += field_lines("Response time", f"{look.milliseconds:.0f} ms", "", width)
        stored_on = stored["status"] == XmppStatus.ACTIVE
        if look.served is not None and look.served != stored_on:
            lines += [BLANK, *wrapped(f"The stored status “{stored['status']}” doesn't match this.", width, "warn")]
        return lines


def _dialog(context: ActionContext) -> XmppDialog:
    return context.front(XmppDialog)


def show(context: ActionContext) -> None:
    """Opens the XMPP status of the customer under the cursor."""
    row = context.row or {}
    context.services.show_dialog(XmppDialog(context.services, row["id"], row["company"]))


XMPP_ACTIONS = (
    Action("xmpp.refresh", "Query again", lambda c: _dialog(c).begin(), ("r", "f5"), "query again"),
    Action(
        "xmpp.copy", "Copy the line", lambda c: c.services.copy(_dialog(c).body.line.copy, "the line"), ("y",), "copy"
    ),
    *move_actions("xmpp", lambda c: _dialog(c).body),
    help_action("xmpp"),
    close_action("xmpp", "close", "q"),
)
