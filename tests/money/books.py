"""Whether the books of a shop add up: ledgers, sales, refunds, documents, and who changed what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, select
from tests.money.shop import MINUTES, tables

from partnertui.db.all_ledgers_check import check_ledgers
from partnertui.db.billing_checks.run import check_billing
from partnertui.db.change_history import HIDDEN_COLUMNS, MASK
from partnertui.db.database import Database
from partnertui.db.invoices.numbers import CODES
from partnertui.domain.billing_enums import RECEIVED, DocumentKind, PaymentState, TaxCategory
from partnertui.domain.money import from_smallest
from partnertui.domain.operators import Operator
from partnertui.domain.rating.charges import Minutes
from partnertui.domain.refunds import OPEN, RefundState
from partnertui.invoices.credit_note_vat import left_by_rate
from partnertui.invoices.document import Document, from_snapshot
from partnertui.invoices.document_vat import tax_of

Rows = dict[int, dict[str, Any]]
Books = dict[str, Rows]
MONEY = (
    "customers",
    "transactions",
    "transaction_items",
    "payments",
    "refunds",
    "invoices",
    "statement_entries",
    "price_list_entries",
    "cdrs",
    "basket_items",
    "payment_corrections",
    "history",
)
WITH_HISTORY = MONEY[:-2]
"""A correction is never changed, and is told in the history of its payment."""
CALL_LINES = ("statement_entries", "cdrs")
"""What rating writes: the ledger itself is its history."""
CENT = from_smallest(1, "EUR")
UNTOLD = ("minute_seconds_used", "has_answer")
"""Columns that follow from others."""


def read_books(database: Database) -> Books:
    """All rows of the tables about money, by their IDs."""

    def work(connection: Connection) -> Books:
        found: Books = {}
        for name in MONEY:
            table = tables().tables[name]
            rows = connection.execute(select(table).order_by(table.c.id)).mappings()
            found[name] = {row["id"]: dict(row) for row in rows}
        return found

    return database.read(work, steady=True)


def check_books(database: Database, books: Books, at: datetime) -> None:
    """What must hold at any time."""
    report = check_ledgers(database)
    assert not report.problems, report.problems
    for customer in books["customers"].values():
        _check_customer(books, customer)
        found = database.read(partial(check_billing, customer_id=customer["id"], now=at))
        texts = [(check.check.title, one.text) for check in found for one in check.findings]
        wanted = {"Calls without a price"} if _without_price(books, customer["id"]) else set()
        assert {title for title, _ in texts} == wanted, texts
    for sale in books["transactions"].values():
        if sale["refund_of_id"] is None:
            _check_sale(books, sale)
    _check_documents(books)


def _without_price(books: Books, customer_id: int) -> bool:
    return any(call["customer_id"] == customer_id and call["rating"] == "no price" for call in books["cdrs"].values())


def _check_customer(books: Books, customer: dict[str, Any]) -> None:
    lines = of(books["statement_entries"], customer_id=customer["id"])
    assert sum(line["credit"] - line["debit"] for line in lines) == customer["credit"]
    calls = of(books["cdrs"], customer_id=customer["id"])
    charged = sum(line["debit"] - line["credit"] for line in lines if line["kind"] == "call")
    assert charged == sum(call["charge"] for call in calls)
    left = Minutes(customer["unlimited_minutes_left"], customer["minute_seconds_used"]).seconds
    assert left == MINUTES * 60 - sum(call["covered_seconds"] for call in calls)


def _check_sale(books: Books, sale: dict[str, Any]) -> None:
    back = [one for one in of(books["transactions"], refund_of_id=sale["id"]) if one["state"] != PaymentState.FAILED]
    keys = {one["id"] for one in back}
    given = [one for one in books["transaction_items"].values() if one["transaction_id"] in keys]
    assert 0 <= sale["refunded"] <= sale["amount"]
    assert sale["refunded"] == -sum_of_rows(back, "amount")
    assert 0 <= -sum_of_rows(back, "tax") <= sale["tax"]
    payments = of(books["payments"], transaction_id=sale["id"])
    assert sum_of_rows(payments, "refunded") == sale["refunded"]
    if sale["state"] in (PaymentState.PENDING, PaymentState.FAILED):
        assert not sale["refunded"]
    else:
        states = {0: PaymentState.COMPLETED, sale["amount"]: PaymentState.REFUNDED}
        assert sale["state"] == states.get(sale["refunded"], PaymentState.PART_REFUNDED)
    items = of(books["transaction_items"], transaction_id=sale["id"])
    for item in items:
        mine = [one for one in given if one["refund_of_item_id"] == item["id"]]
        for refunded, whole in (("refunded", "total"), ("refunded_tax", "tax")):
            assert item[refunded] == -sum_of_rows(mine, whole)
            assert 0 <= item[refunded] <= item[whole] or 0 >= item[refunded] >= item[whole]
    refunds = [one for one in books["refunds"].values() if one["transaction_id"] in keys]
    assert all(one["state"] in (*OPEN, RefundState.COMPLETED) for one in refunds)
    assert sum_of_rows(refunds, "amount") == sale["refunded"]
    if sale["refunded"] == sale["amount"]:
        assert -sum_of_rows(back, "tax") == sale["tax"]
        assert (-sum_of_rows(given, "total"), -sum_of_rows(given, "tax")) == (
            sum_of_rows(items, "total"),
            sum_of_rows(items, "tax"),
        )
    _check_credit(books, sale, back, given)


def _check_credit(books: Books, sale: dict[str, Any], back: list[dict[str, Any]], given: list[dict[str, Any]]) -> None:
    """What was loaded onto the credit is what was sold of it, or paid above the sale, less what went back."""
    keys = {sale["id"], *(_one["id"] for _one in of(books["transactions"], refund_of_id=sale["id"]))}
    lines = [one for one in books["statement_entries"].values() if one["transaction_id"] in keys]
    sold = [one for one in of(books["transaction_items"], transaction_id=sale["id"]) if one["item_type"] == "credit"]
    returned = [one for one in given if one["item_type"] == "credit"]
    booked = sum_of_rows(lines, "credit") - sum_of_rows(lines, "debit")
    if sale["state"] in (PaymentState.PENDING, PaymentState.FAILED):
        assert booked == 0
        return
    received = [one for one in of(books["payments"], transaction_id=sale["id"]) if one["state"] in RECEIVED]
    above = sum_of_rows(received, "amount") - sale["amount"]  # by corrections, and a cent that no price comes to
    assert booked == sum_of_rows(sold, "total") + above + sum_of_rows(returned, "total")


def documents_of(books: Books) -> dict[int, Document]:
    """The issued documents by the IDs of their transactions."""
    return {one["transaction_id"]: from_snapshot(one["snapshot"]) for one in books["invoices"].values()}


def _check_documents(books: Books) -> None:
    series: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    documents = documents_of(books)
    for row in books["invoices"].values():
        series[row["seller_id"], row["kind"], row["year"]].append(row["sequence"])
        prefix = "SVN-" if row["seller_id"] else ""
        assert row["number"] == f"{prefix}{CODES[row['kind']]}-{row['year']}-{row['sequence']:06d}"
        document, sale = documents[row["transaction_id"]], books["transactions"][row["transaction_id"]]
        assert sale["invoice_number"] == row["number"] == document.number
        assert (document.gross, document.tax) == (sale["amount"], sale["tax"])
        for group in document.groups:
            lines = [line for line in document.lines if (line.category, line.rate) == (group.category, group.rate)]
            assert sum(line.net for line in lines) == group.net
            assert document.is_credit_note or group.tax == tax_of(group.net, group.rate, document.currency)
    for numbers in series.values():
        assert numbers == list(range(1, len(numbers) + 1)), "numbers without a gap, in the order of issue"
    for key, invoice in documents.items():
        if invoice.kind == DocumentKind.INVOICE:
            refunds = of(books["transactions"], refund_of_id=key)
            _check_notes(invoice, [documents[one["id"]] for one in refunds if one["id"] in documents])


def _check_notes(invoice: Document, notes: list[Document]) -> None:
    assert -sum(note.gross for note in notes) <= invoice.gross
    assert -sum(note.tax for note in notes) <= invoice.tax
    if -sum(note.gross for note in notes) == invoice.gross:
        assert groups_left(invoice, notes) == {}


def groups_left(invoice: Document, notes: Iterable[Document]) -> dict[tuple[TaxCategory, int], tuple[int, int]]:
    """Net and VAT of an invoice that its credit notes leave, by category and rate, where they leave any."""
    return {key: rest for key, rest in left_by_rate(invoice, notes).items() if rest != (0, 0)}


def check_history(before: Books, after: Books, who: Operator | None) -> None:
    """Every new value is in the history of its row, written by who did it; what a program did has none."""
    entries = [row for key, row in after["history"].items() if key not in before["history"]]
    assert {row["operator_id"] for row in entries} <= ({who.id} if who is not None else set())
    told: set[tuple[str, int, str]] = set()
    for row in entries:
        for name, change in (row["changes"] or {}).items():
            new = after.get(row["object_table"], {}).get(row["object_id"], {}).get(name)
            if name in HIDDEN_COLUMNS or change[-1] in (MASK, _plain(new)):
                told.add((row["object_table"], row["object_id"], name))
    deleted = {(row["object_table"], row["object_id"]) for row in entries if row["action"] == "deleted"}
    for table in WITH_HISTORY:
        assert {(table, key) for key in before[table].keys() - after[table].keys()} <= deleted
        for key, row in after[table].items():
            old = before[table].get(key, {})
            if _is_from_rating(table, row, who):
                continue
            for name, value in row.items():
                if old.get(name) != value and name not in (*HIDDEN_COLUMNS, *UNTOLD):
                    is_told = (table, key, name) in told
                    assert is_told, f"{table} {key}: {name} was {old.get(name)}, is {value}; {entries}"


def _is_from_rating(table: str, row: dict[str, Any], who: Operator | None) -> bool:
    return (table == "customers" and who is None) or (table in CALL_LINES and row.get("rating_round", 0) is not None)


def _plain(value: Any) -> Any:
    """A value as the history has it."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def of(rows: Rows, **wanted: Any) -> list[dict[str, Any]]:
    """The rows that have these values."""
    return [row for row in rows.values() if all(row[name] == value for name, value in wanted.items())]


def sum_of_rows(rows: Iterable[dict[str, Any]], name: str) -> int:
    """A column's sum."""
    return sum(row[name] for row in rows)
