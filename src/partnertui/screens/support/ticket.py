"""One ticket: the conversation at the left, the customer and the facts at the right."""

from __future__ import annotations

from rich.cells import cell_len

from partnertui.db.rows.read_limits import MESSAGES_READ
from partnertui.domain.support import MessageKind
from partnertui.kit.declare.kinds import Money, Number, Row, Time
from partnertui.kit.declare.line import BLANK, Line
from partnertui.kit.declare.location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.notes_and_history import ago
from partnertui.kit.views.records.record_view import RecordView
from partnertui.kit.widgets.build_lines import field_lines, groups, title_line, wrapped
from partnertui.kit.widgets.table.painter import fit
from partnertui.screens.shared.customer_scope import customer_filter
from partnertui.screens.support.links import link_lines

HEAD_ROLES = {
    MessageKind.CUSTOMER: ("accent", "wrote"),
    MessageKind.REPLY: ("good", "answered"),
    MessageKind.NOTE: ("warn", "internal note"),
    MessageKind.EVENT: ("muted", ""),
}


class TicketView(RecordView):
    """A ticket's conversation; the newest message is in view."""

    _placed = False

    def left_lines(self, width: int) -> list[Line]:
        """The conversation, oldest first; events in one line."""
        if self.reading is None or self.row is None:
            return super().left_lines(width)
        lines = [title_line(one_line(self.row["subject"]), width, self.services.symbols.line)]
        if self.reading.detail["older"]:
            lines.append(Line(((f"the latest {MESSAGES_READ} messages; older ones aren't shown", "warn"),)))
        for message in self.reading.detail["messages"]:
            lines += message_lines(message, width)
        if not self._placed:
            self._placed = True
            self.call_after_refresh(self._to_the_newest, len(lines))
        return lines

    def _to_the_newest(self, count: int) -> None:
        if self.body.wide or count > self.body.size.height:
            self.body.go(max(0, count - 2))
            self.paint()

    def right_lines(self, width: int) -> list[Line]:
        """Customer card, the ticket's own facts, notes and history."""
        if self.reading is None or self.row is None:
            return []
        lines: list[Line] = []
        present = [f"{one_line(one['name'])}{' (typing)' if one['typing'] else ''}" for one in self.viewers()]
        if present:
            lines += [*field_lines("Also open at", ", ".join(present), "warn", width), BLANK]
        card = self.reading.detail.get("card")
        if card is not None:
            lines += [*card_lines(card, self.row, width, self.services.symbols.line), BLANK]
        lines += link_lines(self.reading.detail["links"], width, self.services.symbols.line)
        for group in groups(self.page, self.row, width, self.services.symbols.line):
            lines += [*group, BLANK]
        return lines + super().right_lines(width)

    def viewers(self) -> list[Row]:
        """The colleagues who have the ticket open, too."""
        own = self.services.operator.name if self.services.operator is not None else ""
        found: list[Row] = self.reading.detail["viewers"] if self.reading is not None else []
        return [one for one in found if one["name"] != own]


def message_lines(message: Row, width: int) -> list[Line]:
    """Who wrote when, then the text; an event is one line."""
    role, verb = HEAD_ROLES[MessageKind(message["kind"])]
    author = one_line(message["author"])
    when = f"{Time(seconds=False).text(message['at'])}, {ago(message['at'])}"
    if message["kind"] == MessageKind.EVENT:
        return wrapped(f"{when}  {author}: {one_line(message['body'])}", width, role, indent="  ")
    said = f"{author} {verb}  "
    room = width - cell_len(said)
    when = when if cell_len(when) <= room else fit(ago(message["at"]), max(0, room), "left", "…").rstrip()
    head = Line(((fit(said, min(cell_len(said), width), "left", "…"), role), (when, "muted")), copy=f"{said}{when}")
    lines = [BLANK, head, *wrapped(message["body"], width, indent="  ")]
    left_out = message["size"] - len(message["body"])
    if left_out > 0:
        lines.append(Line(((f"  {left_out:,} more characters aren't read", "warn"),)))
    return lines


def card_lines(card: Row, row: Row, width: int, rule: str) -> list[Line]:
    """The customer as a card: what an agent looks at before answering."""
    customer = row["customer_id"]
    roles = {"active": "good", "trial": "info", "suspended": "warn", "blocked": "bad", "cancelled": "muted"}
    money, status = Money(), str(card["status"])
    location = Location("customers", customer)
    lines = [title_line("Customer", width, rule)]
    lines += field_lines("Company", card["company"], "link", width, location)
    lines += field_lines("Status", status, roles.get(status, ""), width)
    credit = f"{money.text(card['credit'], card)}, limit {money.text(card['credit_limit'], card)}"
    lines += field_lines("Credit", credit, "bad" if card["credit"] < 0 else "", width)
    plan = f"{card['price_plan'] or 'none'}, {card['unlimited_minutes_left']} minutes left"
    lines += field_lines("Plan", plan, "", width)
    if card["phone"]:
        lines += field_lines("Phone", Number().long_text(card["phone"]), "", width)
    failed, name = card["failed_calls"], card["company"]
    lines += field_lines("Users", str(card["users"]), "", width, jump("users", customer, name))
    words = f"{failed} in the last day" if failed else "none in the last day"
    lines += field_lines("Failed calls", words, "bad" if failed else "good", width, jump("cdr", customer, name))
    lines += field_lines("Endpoints", "registered phones", "", width, jump("sip-locations", customer, name))
    lines += field_lines("Basket", f"{card['basket_items']} open items", "", width)
    others = f"{card['other_tickets']} open" if card["other_tickets"] else "none open"
    return lines + field_lines("Other tickets", others, "", width, jump("support", customer, name))


def jump(screen: str, customer: int, name: str) -> Location:
    """Another screen narrowed to the customer."""

    return Location(screen, fixed_filters=(customer_filter(customer, name),))
