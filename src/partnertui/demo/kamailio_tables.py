"""Kamailio's own tables as version 5.6 makes them (utils/kamctl/*/…-create.sql), for a demo without a Kamailio.

Text may be NULL, since Kamailio's SQLite driver writes an empty text as NULL.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Float, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.types import TypeDecorator, TypeEngine

METADATA = MetaData()
VERSIONS = {
    "version": 1, "location": 9, "dialog": 7, "dialog_vars": 1, "sip_trace": 4, "acc": 5, "acc_cdrs": 2,
    "missed_calls": 4,
}  # fmt: skip


class Moment(TypeDecorator[datetime]):
    """A UTC Julian day less half a second on SQLite, a time stamp without zone (here UTC) on PostgreSQL."""

    impl = Float
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """REAL or TIMESTAMP."""
        return dialect.type_descriptor(Float() if dialect.name == "sqlite" else TIMESTAMP())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """As the driver of that database writes it."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return value.timestamp() / 86400 + 2440587.5 - 0.5 / 86400
        return value.astimezone(UTC).replace(tzinfo=None)


def _texts(**sizes: int) -> list[Column[Any]]:
    return [Column(name, String(size)) for name, size in sizes.items()]


def _numbers(*names: str) -> list[Column[Any]]:
    return [Column(name, Integer, nullable=False, server_default="0") for name in names]


def _id() -> Column[Any]:
    return Column("id", Integer, primary_key=True)


def _when(name: str) -> Column[Any]:
    return Column(name, Moment, nullable=False)


VERSION = Table("version", METADATA, _id(), Column("table_name", String(32), unique=True), *_numbers("table_version"))
LOCATION = Table(
    "location", METADATA, _id(), Column("ruid", String(64), unique=True),
    *_texts(username=64, domain=64, contact=512, received=128, path=512), _when("expires"),
    Column("q", Float, nullable=False, server_default="1.0"), *_texts(callid=255), *_numbers("cseq"),
    _when("last_modified"), *_numbers("flags", "cflags"), *_texts(user_agent=255, socket=64),
    Column("methods", Integer), *_texts(instance=255),
    *_numbers("reg_id", "server_id", "connection_id", "keepalive", "partition"),
    Index("location_account_contact_idx", "username", "domain", "contact"), Index("location_expires_idx", "expires"),
)  # fmt: skip
DIALOG = Table(
    "dialog", METADATA, _id(), *_numbers("hash_entry", "hash_id"),
    *_texts(callid=255, from_uri=255, from_tag=128, to_uri=255, to_tag=128, caller_cseq=20, callee_cseq=20,
            caller_route_set=512, callee_route_set=512, caller_contact=255, callee_contact=255, caller_sock=64,
            callee_sock=64),
    *_numbers("state", "start_time", "timeout", "sflags", "iflags"), *_texts(toroute_name=32, req_uri=255, xdata=512),
    Index("dialog_hash_idx", "hash_entry", "hash_id"),
)  # fmt: skip
Table(
    "dialog_vars", METADATA, _id(), *_numbers("hash_entry", "hash_id"), *_texts(dialog_key=128, dialog_value=512),
    Index("dialog_vars_hash_idx", "hash_entry", "hash_id"),
)  # fmt: skip
Table(
    "sip_trace", METADATA, _id(), _when("time_stamp"), *_numbers("time_us"), *_texts(callid=255, traced_user=255),
    Column("msg", Text, nullable=False),
    *_texts(method=50, status=255, fromip=64, toip=64, fromtag=128, totag=128, direction=4),
    Index("sip_trace_date_idx", "time_stamp"), Index("sip_trace_callid_idx", "callid"),
)  # fmt: skip
for _name in ("acc", "missed_calls"):
    Table(
        _name, METADATA, _id(),
        *_texts(method=16, from_tag=128, to_tag=128, callid=255, sip_code=3, sip_reason=128), _when("time"),
        Index(f"{_name}_callid_idx", "callid"),
    )  # fmt: skip
Table(
    "acc_cdrs", METADATA, _id(), _when("start_time"), _when("end_time"),
    Column("duration", Float, nullable=False, server_default="0"), Index("acc_cdrs_start_time_idx", "start_time"),
)  # fmt: skip


def create(connection: Connection) -> None:
    """Makes the tables that are missing, and says their versions as Kamailio's modules want them."""
    METADATA.create_all(connection)
    connection.execute(VERSION.delete())
    rows = [{"table_name": name, "table_version": number} for name, number in VERSIONS.items()]
    connection.execute(VERSION.insert(), rows)
