"""Kamailio's tables (kamailio 5.6: location 9, dialog 7, sip_trace 4, acc 5, acc_cdrs 2, missed_calls 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Column, Connection, Float, Index, Integer, MetaData, String, Table, Text, UniqueConstraint
from sqlalchemy.schema import SchemaItem

from partnertui.db.kamailio.timestamps import KamailioTime

VERSIONS = {"location": 9, "dialog": 7, "sip_trace": 4, "acc": 5, "acc_cdrs": 2, "missed_calls": 4}
"""The versions that this program reads, as in Kamailio's table `version`."""


@dataclass(frozen=True)
class Tables:
    """All tables of one schema."""

    metadata: MetaData
    version: Table
    location: Table
    dialog: Table
    sip_trace: Table
    acc: Table
    acc_cdrs: Table
    missed_calls: Table


@lru_cache(maxsize=8)
def tables(schema: str | None = None, zone: str = "") -> Tables:
    """The tables of a schema (None: the default one), with times in Kamailio's zone."""
    metadata = MetaData(schema=schema or None)
    time_type = KamailioTime(zone)

    def table(name: str, *columns: SchemaItem) -> Table:
        return Table(name, metadata, Column("id", Integer, primary_key=True), *columns)

    return Tables(
        metadata,
        table("version", _text("table_name", 32), _int("table_version"), UniqueConstraint("table_name")),
        table("location", *_location(time_type)),
        table("dialog", *_dialog()),
        table("sip_trace", *_sip_trace(time_type)),
        table("acc", *_acc(time_type), Index("acc_callid_idx", "callid")),
        table("acc_cdrs", *_acc_cdrs(time_type), Index("acc_cdrs_start_time_idx", "start_time")),
        table("missed_calls", *_acc(time_type), Index("missed_calls_callid_idx", "callid")),
    )


def _text(name: str, length: int) -> Column[str]:
    return Column(name, String(length))


def _int(name: str, default: int = 0) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=str(default))


def _real(name: str, default: float = 0) -> Column[float]:
    return Column(name, Float, nullable=False, server_default=str(default))


def _at(name: str, time_type: KamailioTime) -> Column[datetime]:
    return Column(name, time_type, nullable=False)


def _location(time_type: KamailioTime) -> list[SchemaItem]:
    return [
        _text("ruid", 64),
        _text("username", 64),
        _text("domain", 64),
        _text("contact", 512),
        _text("received", 128),
        _text("path", 512),
        _at("expires", time_type),
        _real("q", 1.0),
        _text("callid", 255),
        _int("cseq", 1),
        _at("last_modified", time_type),
        _int("flags"),
        _int("cflags"),
        _text("user_agent", 255),
        _text("socket", 64),
        Column("methods", Integer),
        _text("instance", 255),
        _int("reg_id"),
        _int("server_id"),
        _int("connection_id"),
        _int("keepalive"),
        _int("partition"),
        UniqueConstraint("ruid", name="location_ruid_idx"),
        Index("location_account_contact_idx", "username", "domain", "contact"),
        Index("location_expires_idx", "expires"),
        Index("location_connection_idx", "server_id", "connection_id"),
    ]


def _dialog() -> list[SchemaItem]:
    return [
        _int("hash_entry"),
        _int("hash_id"),
        _text("callid", 255),
        _text("from_uri", 255),
        _text("from_tag", 128),
        _text("to_uri", 255),
        _text("to_tag", 128),
        _text("caller_cseq", 20),
        _text("callee_cseq", 20),
        _text("caller_route_set", 512),
        _text("callee_route_set", 512),
        _text("caller_contact", 255),
        _text("callee_contact", 255),
        _text("caller_sock", 64),
        _text("callee_sock", 64),
        _int("state"),
        _int("start_time"),
        _int("timeout"),
        _int("sflags"),
        _int("iflags"),
        _text("toroute_name", 32),
        _text("req_uri", 255),
        _text("xdata", 512),
        Index("dialog_hash_idx", "hash_entry", "hash_id"),
    ]


def _sip_trace(time_type: KamailioTime) -> list[SchemaItem]:
    return [
        _at("time_stamp", time_type),
        _int("time_us"),
        _text("callid", 255),
        _text("traced_user", 255),
        Column("msg", Text, nullable=False),
        _text("method", 50),
        _text("status", 255),
        _text("fromip", 64),
        _text("toip", 64),
        _text("fromtag", 128),
        _text("totag", 128),
        _text("direction", 4),
        Index("sip_trace_callid_idx", "callid"),
        Index("sip_trace_date_idx", "time_stamp"),
    ]


def _acc(time_type: KamailioTime) -> list[SchemaItem]:
    return [
        _text("method", 16),
        _text("from_tag", 128),
        _text("to_tag", 128),
        _text("callid", 255),
        _text("sip_code", 3),
        _text("sip_reason", 128),
        _at("time", time_type),
    ]


def _acc_cdrs(time_type: KamailioTime) -> list[SchemaItem]:
    return [_at("start_time", time_type), _at("end_time", time_type), _real("duration")]


def create_tables(connection: Connection, schema: str | None = None) -> Tables:
    """Creates missing tables as Kamailio's scripts do, with their versions: for demo data and tests."""
    found = tables(schema)
    found.metadata.create_all(connection)
    if not connection.execute(found.version.select().limit(1)).first():
        rows = [{"table_name": name, "table_version": version} for name, version in VERSIONS.items()]
        connection.execute(found.version.insert(), rows)
    return found
