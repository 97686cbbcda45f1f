"""Exports all personal data of a customer and its users to a ZIP file (GDPR, articles 15 and 20)."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from pathlib import Path

from sqlalchemy import Column, Connection, LargeBinary, Table, select

from partnertui.db.change_history import record_event
from partnertui.db.chat_texts import place_of
from partnertui.db.models import Base, Customer, History
from partnertui.db.models.base import table_of
from partnertui.db.privacy.personal_tables import NOT_EXPORTED, personal_tables, rows_of
from partnertui.db.rows.type_aliases import ResultRow
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import NotAllowed
from partnertui.domain.operators import STAFF
from partnertui.vault.errors import VaultError
from partnertui.vault.sealed_values import Vault

CHUNK = 1_000
SECRET_NAME = re.compile(r"_ciphertext$|_hash$|_hmac$|^(wrapped|salt|claim|idempotency_key)$")
"""Columns that no export has, besides those that their models call secret."""
TECHNICAL = frozenset({"slot", "batch", "version", "waveform"})
SUFFIXES = {("mails", "raw"): ".eml", ("sounds", "content"): ".mp3", ("sounds", "original_content"): ".mp3"}
README = """Everything that {seller} holds about {company} (customer {customer}) and its users, as of {at}.

tables/*.json   one file for each kind of record: a list of objects, UTF-8. Times are ISO 8601 in UTC. Amounts are
                whole millionths of the currency given beside them: 12500000 is 12.50.
files/*/*       attachments, e-mails as they were received, and sounds; the tables name them.
chats/*.txt     chat texts.

Not included: passwords, PINs, tokens and full card numbers, which are stored encrypted or hashed; audio of recordings
and voicemail, which is on the telephone system: their details are in recordings.json and voicemails.json.

{tables}
"""


@dataclass
class Exported:
    """What an export has: rows by table, files, chats, and chats that don't open with the keys of this host."""

    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0
    chats: int = 0
    unreadable: int = 0


def record_export(unit: UnitOfWork, customer_id: int) -> None:
    """Records that the operator takes a customer's data out; to be committed first. Raises NotAllowed for partners."""
    if unit.operator.role not in STAFF:
        raise NotAllowed("Only staff can export personal data.", advice="Ask support.")
    customer = unit.get(Customer, customer_id)
    record_event(unit.session, customer, {"personal data": [None, "exported, including chat texts"]})


def exported_tables() -> list[Table]:
    """All tables that an export has."""
    found = [*personal_tables(), table_of(History)]
    return sorted((table for table in found if table.name not in NOT_EXPORTED), key=lambda table: table.name)


def write_export(
    connection: Connection, customer_id: int, vault: Vault | None, archive: zipfile.ZipFile, seller: str, at: datetime
) -> Exported:
    """Writes all tables and files; needs a snapshot that stays the same."""
    result = Exported()
    for table in exported_tables():
        # Its size isn't known beforehand: without ZIP64, zipfile ends at 2 GiB.
        with archive.open(f"tables/{table.name}.json", "w", force_zip64=True) as opened:
            rows, separator = 0, b"[\n"
            for row in _rows(connection, table, customer_id):
                opened.write(separator + json.dumps(_record(table, row), ensure_ascii=False).encode())
                rows, separator = rows + 1, b",\n"
            opened.write(b"\n]\n" if rows else b"[]\n")
        result.rows[table.name] = rows
        for column in _file_columns(table):
            result.files += _write_files(connection, archive, table, column, customer_id)
    _write_chats(connection, archive, customer_id, vault, result)
    company = connection.scalar(select(Customer.company).where(Customer.id == customer_id))
    counts = "\n".join(f"{name}.json: {count:,}" for name, count in result.rows.items() if count)
    text = README.format(
        seller=seller, company=company, customer=customer_id, at=f"{at:%Y-%m-%d %H:%M} UTC", tables=counts
    )
    archive.writestr("README.txt", text)
    return result


def _rows(connection: Connection, table: Table, customer_id: int) -> Iterator[ResultRow]:
    condition = table.c.customer_id == customer_id if table.name == "history" else rows_of(table, customer_id)
    files = {column.name for column in _file_columns(table)}
    columns = [column for column in _columns(table) if column.name not in files]
    query = select(*columns).where(condition).order_by(table.c.id)
    yield from connection.execute(query, execution_options={"yield_per": CHUNK})


def _columns(table: Table) -> list[Column[object]]:
    """What is exported of a table: nothing secret, nothing that only the program needs."""
    hidden = {*TECHNICAL}
    for mapper in Base.registry.mappers:
        if mapper.local_table is table:
            hidden |= mapper.class_.secrets
    # history masks sounds, too, as they are long: they are no secret
    return [
        column
        for column in table.columns
        if (table.name, column.name) in SUFFIXES or not (column.name in hidden or SECRET_NAME.search(column.name))
    ]


def _file_columns(table: Table) -> list[Column[object]]:
    return [column for column in _columns(table) if isinstance(column.type, LargeBinary)]


def _record(table: Table, row: ResultRow) -> dict[str, object]:
    found = {name: _plain(value) for name, value in row._mapping.items()}
    for column in _file_columns(table):
        found[column.name] = _file_name(table, column, row)
    return found


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def _file_name(table: Table, column: Column[object], row: ResultRow) -> str:
    """A name in the archive that nothing from outside can lead elsewhere."""
    name = re.sub(r"[^\w.-]+", "_", str(row._mapping.get("name") or "")).lstrip(".")[-80:]
    suffix = SUFFIXES.get((table.name, column.name), "")
    return f"files/{table.name}/{row.id}-{column.name}{'-' if name else ''}{name}{suffix}"


def _write_files(
    connection: Connection, archive: zipfile.ZipFile, table: Table, column: Column[object], customer_id: int
) -> int:
    named = [table.c.name] if "name" in table.c else []
    query = select(table.c.id, column.label("content"), *named).where(rows_of(table, customer_id), column.is_not(None))
    # One at a time, as each may have many megabytes.
    count = 0
    for row in connection.execute(query.order_by(table.c.id), execution_options={"yield_per": 1}):
        archive.writestr(_file_name(table, column, row), bytes(row.content))
        count += 1
    return count


def _write_chats(
    connection: Connection, archive: zipfile.ZipFile, customer_id: int, vault: Vault | None, result: Exported
) -> None:
    chats = Base.metadata.tables["chats"]
    query = select(chats.c.id, chats.c.text_ciphertext).where(
        rows_of(chats, customer_id), chats.c.text_ciphertext.is_not(None)
    )
    for row in connection.execute(query.order_by(chats.c.id)):
        try:
            text = vault.open(place_of(row.id), row.text_ciphertext) if vault is not None else None
        except VaultError:
            text = None
        if text is None:
            result.unreadable += 1
        else:
            archive.writestr(f"chats/{row.id}.txt", text)
            result.chats += 1


def file_for(customer_id: int, at: datetime) -> Path:
    """What the file is called where no other name is given."""
    return Path(f"customer-{customer_id}-{at:%Y%m%d}.zip")
