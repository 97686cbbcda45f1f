"""Selects of registrations: Kamailio's columns alone, or joined with our users and customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    ColumnElement,
    String,
    Table,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from partnertui.db.kamailio.tables import Tables
from partnertui.db.models import Customer, User
from partnertui.db.models.types import Flag, Utc
from partnertui.db.rows.type_aliases import Expression, Query

if TYPE_CHECKING:
    from sqlalchemy.sql.compiler import SQLCompiler

TRANSPORTS = ("wss", "ws", "tls", "tcp", "sctp")
OUR_COLUMNS = ("customer_id", "customer", "partner_id", "user_id", "user")
"""Columns of a joined select that come from our tables."""


class bytewise(FunctionElement[str]):
    """Text that both databases compare bytewise, whatever collation Kamailio's tables have."""

    type = String()
    inherit_cache = True


@compiles(bytewise)
def _without_c(element: bytewise, compiler: SQLCompiler, **options: object) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(bytewise, "postgresql")
def _with_c(element: bytewise, compiler: SQLCompiler, **options: object) -> str:
    return f'({compiler.process(element.clauses, **options)}) COLLATE "C"'


class default_collation(FunctionElement[str]):
    """Our text in the collation of Kamailio's columns, so that PostgreSQL can use Kamailio's index."""

    type = String()
    inherit_cache = True


@compiles(default_collation)
def _without_default(element: default_collation, compiler: SQLCompiler, **options: object) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(default_collation, "postgresql")
def _with_default(element: default_collation, compiler: SQLCompiler, **options: object) -> str:
    return f'({compiler.process(element.clauses, **options)}) COLLATE "default"'


def _text(column: Expression) -> ColumnElement[str]:
    """The column with NULL for empty text."""
    return bytewise(func.nullif(column, ""))  # Kamailio's SQLite driver writes NULL, its PostgreSQL driver doesn't


def aor(location: Table) -> ColumnElement[str]:
    """`user@domain`, or the user alone if Kamailio stores no domain (use_domain 0)."""
    domain = case((func.coalesce(location.c.domain, "") != "", literal("@") + location.c.domain), else_="")
    return bytewise(location.c.username + domain)


def transport(location: Table) -> ColumnElement[str]:
    """The transport of the socket that received the REGISTER, else that of the contact; udp if neither has one."""
    # a browser's WebSocket arrives on a tcp or tls socket, so ws and wss of the contact are checked first
    socket, contact = func.coalesce(location.c.socket, ""), func.lower(location.c.contact)

    def by_contact(name: str) -> tuple[ColumnElement[bool], ColumnElement[str]]:
        return or_(contact.like(f"%;transport={name}"), contact.like(f"%;transport={name};%")), literal(name)

    by_socket = [(socket.like(f"{name}:%"), literal(name)) for name in (*TRANSPORTS, "udp")]
    by_scheme = (contact.like("sips:%"), literal("tls"))
    cases = [by_contact("wss"), by_contact("ws"), *by_socket, *(by_contact(name) for name in TRANSPORTS[2:]), by_scheme]
    return bytewise(case(*cases, else_=literal("udp")))


def location_columns(location: Table) -> list[Expression]:
    """The columns of Kamailio's table, with our labels."""
    c = location.c
    is_behind_nat = and_(c.received.is_not(None), c.received != "")
    return [
        c.id.label("id"),
        aor(location).label("aor"),
        bytewise(c.username).label("username"),
        _text(c.domain).label("domain"),
        bytewise(c.contact).label("contact"),
        _text(c.received).label("received"),
        transport(location).label("transport"),
        type_coerce(is_behind_nat, Flag).label("nat"),
        _text(c.user_agent).label("user_agent"),
        c.expires.label("expires_at"),
        c.last_modified.label("last_modified"),
        _text(c.path).label("path"),
        _text(c.socket).label("socket"),
        c.server_id.label("server_id"),
        bytewise(c.callid).label("call_id"),
        c.cseq.label("cseq"),
        c.methods.label("methods"),
        c.q.label("q"),
        _text(c.instance).label("instance"),
        bytewise(c.ruid).label("ruid"),
    ]


def registration_query(kamailio: Tables) -> Query:
    """Registrations without users and customers."""
    return select(*location_columns(kamailio.location))


def owner_of(location: Table) -> ColumnElement[int]:
    """The ID of the user with the AOR; NULL if several share the username and Kamailio stores no domain."""
    candidate = User.__table__.alias("candidate")
    same_name = candidate.c.sip_username == bytewise(location.c.username)
    domain = func.coalesce(location.c.domain, "")
    same_domain = or_(domain == "", candidate.c.sip_domain == bytewise(location.c.domain))
    found = select(func.min(candidate.c.id)).where(same_name, same_domain).having(func.count() == 1)
    return found.correlate(location).scalar_subquery()


def registrations_with_owner(kamailio: Tables, of_users: ColumnElement[bool] | None = None) -> Query:
    """Registrations with the names of their user and customer; NULL if no user has the AOR.

    `of_users` is a condition on users that the list has anyway; it limits the registrations that are read.
    """
    location, users, customers = kamailio.location, User.__table__, Customer.__table__
    found = select(location.c.id.label("location_id"), owner_of(location).label("owner_id"))
    if of_users is not None:
        found = found.where(location.c.username.in_(select(default_collation(users.c.sip_username)).where(of_users)))
    # MATERIALIZED: otherwise SQLite looks the owner up again for each pair of user and registration
    owned = found.cte("owned").prefix_with("MATERIALIZED")
    with_owner = location.join(owned, owned.c.location_id == location.c.id).outerjoin(
        users, users.c.id == owned.c.owner_id
    )
    return select(
        *location_columns(location),
        users.c.customer_id.label("customer_id"),
        customers.c.company.label("customer"),
        customers.c.partner_id.label("partner_id"),
        users.c.id.label("user_id"),
        users.c.name.label("user"),
        type_coerce(null(), Utc).label("registered_since"),
    ).select_from(with_owner.outerjoin(customers, customers.c.id == users.c.customer_id))
