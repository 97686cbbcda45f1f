"""The select behind the CDR list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection, select

from partnertui.db.models import Cdr, Customer, Ddi, StatementEntry, User
from partnertui.db.rows.note_count import note_count
from partnertui.db.rows.type_aliases import Query, Row
from partnertui.kit.declare.kinds import Money
from partnertui.kit.declare.styled_line import Line
from partnertui.kit.declare.view_location import Location
from partnertui.screens.shared.explain_charge import read_charge

BILLED_WITHIN = timedelta(days=3)
"""How long after its start a call is on the statement; its line is searched no further, if another program wrote it."""
MOST_LINES = 9
"""Of each kind; a call is seldom rated again."""


def cdrs() -> Query:
    """Calls with customer and user by name and the DDI that was called; all may be gone or unknown."""
    return (
        select(
            Cdr.id,
            Cdr.started_at,
            Cdr.category,
            Cdr.direction,
            Cdr.customer_id,
            Customer.company.label("customer"),
            Cdr.user_id,
            User.name.label("user"),
            Cdr.ddi_id,
            Ddi.number.label("ddi"),
            Cdr.source_number,
            Cdr.source_name,
            Cdr.destination_number,
            Cdr.destination_name,
            Cdr.destination_country,
            Cdr.prefix_name,
            Cdr.duration,
            Cdr.billed_seconds,
            Cdr.rate,
            Cdr.charge,
            Cdr.currency,
            Cdr.rating,
            Cdr.covered_seconds,
            Cdr.disposition,
            Cdr.sip_code,
            Cdr.q850_cause,
            Cdr.hung_up_by,
            Cdr.pdd_ms,
            Cdr.codec,
            Cdr.mos,
            Cdr.source_user_agent,
            Cdr.source_ip,
            Cdr.destination_user_agent,
            Cdr.destination_ip,
            Cdr.call_id_a,
            Cdr.call_id_b,
            Cdr.server,
            Cdr.origin,
            Cdr.partner_id,
            note_count(Cdr),
        )
        .outerjoin(Customer, Customer.id == Cdr.customer_id)
        .outerjoin(User, User.id == Cdr.user_id)
        .outerjoin(Ddi, Ddi.id == Cdr.ddi_id)
    )


def ledger_lines(connection: Connection, row: Row) -> dict[str, object]:
    """The statement lines about the call, and what explains its charge."""
    entry, started = StatementEntry, row["started_at"]
    if row["customer_id"] is None:
        return {"ledger": (), **read_charge(connection, row)}
    columns = (entry.id, entry.description, entry.debit, entry.credit, entry.currency)
    rated = entry.rating_round.is_not(None)
    mine = (entry.customer_id == row["customer_id"], entry.cdr_id == row["id"])
    queries = (
        # each has its own index
        select(*columns).where(*mine, rated, entry.debit > 0),
        select(*columns).where(*mine, rated, entry.credit > 0),
        select(*columns).where(*mine, entry.rating_round.is_(None), entry.at.between(started, started + BILLED_WITHIN)),
    )
    found = [line for query in queries for line in connection.execute(query.limit(MOST_LINES)).mappings()]
    return {"ledger": sorted(found, key=lambda line: int(line["id"])), **read_charge(connection, row)}


def charged(row: Row, width: int) -> Iterator[Line]:
    """The statement lines as links."""
    for entry in row.get("ledger", ()):
        text = f"{entry['description']}  {Money(exact=True).text(entry['debit'] - entry['credit'], entry)}"
        yield Line(((text[:width], "link"),), Location("statements", entry["id"]), text)
