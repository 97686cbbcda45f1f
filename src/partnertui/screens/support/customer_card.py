"""The customer beside a ticket: one fixed line above the conversation, and the facts of the side pane."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from partnertui.db.customer_overview import read_cockpit
from partnertui.db.kamailio.registered_count import registered_count
from partnertui.db.tickets.customer_facts import customer_facts
from partnertui.domain.plurals import plural
from partnertui.errors import UserError
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Money, Number, Row
from partnertui.kit.declare.kinds.typed_times import day_span
from partnertui.kit.declare.styled_line import Line, Piece
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.record_lines import title_line
from partnertui.kit.widgets.table.painter import fit
from partnertui.screens.customers import overview
from partnertui.screens.shared.customer_scope import customer_filter
from partnertui.screens.support.pane_lines import short_field

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.kamailio.registration_source import RegistrationSource

STATUS_ROLES = {"active": "good", "trial": "info", "suspended": "warn", "blocked": "bad", "cancelled": "muted"}
FAILED_QUERY = "result:rejected,congestion,failed"


def read_card(connection: Connection, customer: int, source: Callable[[], RegistrationSource]) -> dict[str, Any]:
    """The cockpit's figures with the customer's own columns; a switch that can't be read is said in `registered`."""
    now = utc_now()
    found = customer_facts(connection, customer)
    found |= read_cockpit(connection, customer, now, day_span(now.astimezone().date())[0])
    try:
        found["registered"] = registered_count(connection, source().kamailio, customer, found["phones"], now)
    except UserError as error:  # Kamailio's server may be down; all else is still worth showing
        found["registered"] = str(error)
    return found


def short_line(card: Row | None, width: int, dot: str) -> Line:
    """Company, phones, failed calls, credit and last payment in one line, as many as fit."""
    if card is None:
        return Line((("no customer", "muted"),))
    pieces: list[Piece] = [(one_line(card["company"], 30), "title")]
    room = width - cell_len(pieces[0][0])
    for text, role in _short_figures(card):
        if cell_len(text) + 3 > room:
            break
        pieces += [(f" {dot} ", "muted"), (text, role)]
        room -= cell_len(text) + 3
    return Line(tuple(pieces))


def _short_figures(card: Row) -> list[overview.Words]:
    phones, phones_role = overview.phones(card)
    failed, failed_role = overview.failed_today(card)
    credit, credit_role = overview.credit(card)
    paid, paid_role = overview.last_payment(card)
    status = str(card["status"])
    shown: list[overview.Words] = [] if status == "active" else [(status, STATUS_ROLES.get(status, ""))]
    return [
        *shown,
        (f"phones {phones if '/' in phones else 'unknown' if 'unknown' in phones else 'none'}", phones_role),
        (f"failed today {failed}", failed_role),
        (f"credit {credit.partition(',')[0]}", credit_role),
        (f"payment {paid.partition(':')[0]}", paid_role),
    ]


def card_lines(card: Row, customer: int, width: int, rule: str) -> list[Line]:
    """What an agent looks at before answering; each figure leads to its list."""
    status, name, money = str(card["status"]), card["company"], Money()
    lines = [title_line("Customer", width, rule)]
    lines += short_field("Company", name, "link", width, Location("customers", customer))
    lines += short_field("Status", status, STATUS_ROLES.get(status, ""), width)
    for label, found, screen in (
        ("Phones", overview.phones(card), "sip-locations"),
        ("Failed today", overview.failed_today(card), "cdr"),
        ("Credit", overview.credit(card), "statements"),
        ("Last payment", overview.last_payment(card), "payments"),
        ("Open tickets", overview.open_tickets(card), "support"),
        ("Basket due", overview.basket(card), "basket"),
    ):
        query = FAILED_QUERY if label == "Failed today" else None
        target = Location(screen, fixed_filters=(customer_filter(customer, name),), query=query)
        lines += short_field(label, found[0], found[1], width, target)
    lines += short_field("Credit limit", money.text(card["credit_limit"], card), "", width)
    # 0 is also what a plan without minutes has: "0 left" would read as if they were used up
    minutes = card["unlimited_minutes_left"]
    left = f", {plural(minutes, 'included minute')} left" if minutes else ""
    lines += short_field("Plan", f"{card['price_plan'] or 'none'}{left}", "", width)
    if card["phone"]:
        lines += short_field("Phone", Number().long_text(card["phone"]), "", width)
    return lines


def card_text(card: Row | None, width: int, dot: str) -> Line:
    """The card's line, cut to the width."""
    line = short_line(card, width, dot)
    return line if sum(cell_len(text) for text, _ in line.pieces) <= width else _cut(line, width)


def _cut(line: Line, width: int) -> Line:
    text, role = line.pieces[0]
    return Line(((fit(text, width, "left", "…"), role),))
