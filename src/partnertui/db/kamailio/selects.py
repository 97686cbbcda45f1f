"""Registrations as a select: by Kamailio's columns alone, or joined with our users and customers."""

from __future__ import annotations

from typing import Any

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
from partnertui.db.rows.types import Expression, Query

TRANSPORTS = ("wss", "ws", "tls", "tcp", "sctp")
OURS = ("customer_id", "customer", "partner_id", "user_id", "user")
"""Columns that come from our tables."""


class bytewise(FunctionElement[str]):
    """Text as both databases compare it bytewise, whatever collation Kamailio's tables have."""

    type = String()
    inherit_cache = True


@compiles(bytewise)
def _plain(element: bytewise, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(bytewise, "postgresql")
def _collated(element: bytewise, compiler: Any, **options: Any) -> str:
    return f'({compiler.process(element.clauses, **options)}) COLLATE "C"'


class as_theirs(FunctionElement[str]):
    """Our text as Kamailio's columns compare theirs, so that its index is used."""

    type = String()
    inherit_cache = True


@compiles(as_theirs)
def _plain_theirs(element: as_theirs, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(as_theirs, "postgresql")
def _default(element: as_theirs, compiler: Any, **options: Any) -> str:
    return f'({compiler.process(element.clauses, **options)}) COLLATE "default"'


def _text(column: Expression) -> ColumnElement[str]:
    """Empty is none: the SQLite driver writes NULL for it, the PostgreSQL driver does not."""
    return bytewise(func.nullif(column, ""))


def aor(location: Table) -> ColumnElement[str]:
    """`user@domain`, or the bare user where Kamailio keeps no domain (use_domain 0)."""
    domain = case((func.coalesce(location.c.domain, "") != "", literal("@") + location.c.domain), else_="")
    return bytewise(location.c.username + domain)


def transport(location: Table) -> ColumnElement[str]:
    """By the socket that the REGISTER came in on, else by the contact; a browser's comes over TCP or TLS."""
    socket, contact = func.coalesce(location.c.socket, ""), func.lower(location.c.contact)

    def says(name: str) -> tuple[ColumnElement[bool], ColumnElement[str]]:
        return or_(contact.like(f"%;transport={name}"), contact.like(f"%;transport={name};%")), literal(name)

    by_socket = [(socket.like(f"{name}:%"), literal(name)) for name in (*TRANSPORTS, "udp")]
    secure = (contact.like("sips:%"), literal("tls"))
    cases = [says("wss"), says("ws"), *by_socket, *(says(name) for name in TRANSPORTS[2:]), secure]
    return bytewise(case(*cases, else_=literal("udp")))


def location_columns(location: Table) -> list[Expression]:
    """What Kamailio's table alone says, labelled."""
    c = location.c
    behind = and_(c.received.is_not(None), c.received != "")
    return [
        c.id.label("id"),
        aor(location).label("aor"),
        bytewise(c.username).label("username"),
        _text(c.domain).label("domain"),
        bytewise(c.contact).label("contact"),
        _text(c.received).label("received"),
        transport(location).label("transport"),
        type_coerce(behind, Flag).label("nat"),
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


def by_location(place: Tables) -> Query:
    """Registrations without their owners."""
    return select(*location_columns(place.location))


def owner_of(location: Table) -> ColumnElement[int]:
    """The one user with this AOR; none where several have the user name and Kamailio keeps no domain."""
    mine = User.__table__.alias("mine")
    same = mine.c.sip_username == bytewise(location.c.username)
    domain = func.coalesce(location.c.domain, "")
    inside = or_(domain == "", mine.c.sip_domain == bytewise(location.c.domain))
    found = select(func.min(mine.c.id)).where(same, inside).having(func.count() == 1)
    return found.correlate(location).scalar_subquery()


def joined(place: Tables, narrowed: ColumnElement[bool] | None = None) -> Query:
    """Registrations with customer and user by name; nobody's where no user has the AOR.

    `narrowed` is a condition on users that the list has anyway: then only registrations of their names are looked at.
    Owners are found first and kept: SQLite would else search them again for each pair of user and registration.
    """
    location, users, customers = place.location, User.__table__, Customer.__table__
    found = select(location.c.id.label("location_id"), owner_of(location).label("owner_id"))
    if narrowed is not None:
        found = found.where(location.c.username.in_(select(as_theirs(users.c.sip_username)).where(narrowed)))
    owned = found.cte("owned").prefix_with("MATERIALIZED")
    known = location.join(owned, owned.c.location_id == location.c.id).outerjoin(users, users.c.id == owned.c.owner_id)
    return select(
        *location_columns(location),
        users.c.customer_id.label("customer_id"),
        customers.c.company.label("customer"),
        customers.c.partner_id.label("partner_id"),
        users.c.id.label("user_id"),
        users.c.name.label("user"),
        type_coerce(null(), Utc).label("registered_since"),
    ).select_from(known.outerjoin(customers, customers.c.id == users.c.customer_id))
