"""Issues invoices for all paid demo sales in order of time, by the program's own rules."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from partnertui.config.settings import Invoices
from partnertui.db.invoices.numbers import DIGITS, number_stem
from partnertui.db.models import (
    Invoice,
    InvoiceCounter,
    InvoiceLogo,
    Partner,
    StatementEntry,
    Transaction,
    TransactionItem,
)
from partnertui.demo.partners_data import PARTNER_DETAILS
from partnertui.domain.billing_enums import RECEIVED, DocumentKind, TaxCategory, TransactionType
from partnertui.domain.vat_numbers import VatStanding
from partnertui.invoices.build import build_invoice
from partnertui.invoices.document import BankAccount, Party, to_snapshot
from partnertui.invoices.provider import provider
from partnertui.invoices.sale import Sale, Seller, SoldItem

if TYPE_CHECKING:
    from partnertui.demo.collected_rows import Row
    from partnertui.demo.shared_state import Company, World

PROVIDER = Invoices(
    company="Example Voice Ltd",
    street="1 Example Street",
    postcode="EC1A 1BB",
    city="London",
    country="GB",
    vat_number="GB980780684",
    registration="Registered in England and Wales No. 01234567",
    email="billing@voice.example.net",
    phone="+44 20 7946 0123",
    bank="Example Bank",
    iban="GB33 BUKB 2020 1555 5555 55",
    bic="BUKBGB22",
    timezone="Europe/London",
)
"""The demo's provider; the numbers are those of documentation."""


def make_partner_details(world: World) -> None:
    """What partners print on their documents."""
    for partner, (colour, details) in zip(world.rows.of(Partner), PARTNER_DETAILS, strict=True):
        content = _logo(colour)
        digest = hashlib.sha256(content).hexdigest()
        partner.update(details)
        partner["logo_id"] = world.rows.add(InvoiceLogo, digest=digest, content=content)["id"]


def make_invoices(world: World) -> None:
    """One for every transaction that was paid, each seller's without gaps."""
    items: dict[int, list[Row]] = defaultdict(list)
    for item in world.rows.of(TransactionItem):
        items[item["transaction_id"]].append(item)
    companies = {company.row["id"]: company for company in world.companies}
    sellers = {None: provider(PROVIDER).seller} | {row["id"]: _seller(row) for row in world.rows.of(Partner)}
    logos = {row["id"]: row["logo_id"] for row in world.rows.of(Partner)}
    last: dict[tuple[int, int], int] = defaultdict(int)
    paid = [row for row in world.rows.of(Transaction) if row["state"] in RECEIVED]
    for sold in sorted(paid, key=lambda row: (row["at"], row["id"])):
        company = companies[sold["customer_id"]]
        seller = sellers[company.row["partner_id"]]
        year = sold["at"].year
        last[seller.id, year] += 1
        sold["invoice_number"] = number = (
            f"{number_stem(seller, DocumentKind.INVOICE, year)}{last[seller.id, year]:0{DIGITS}d}"
        )
        sale = _sale(company, sold, items[sold["id"]])
        world.rows.add(
            Invoice,
            **company.owner,
            transaction_id=sold["id"],
            kind=DocumentKind.INVOICE,
            seller_id=seller.id,
            year=year,
            sequence=last[seller.id, year],
            number=number,
            issued_at=sold["at"] + timedelta(seconds=3),
            logo_id=logos.get(company.row["partner_id"]),
            snapshot=to_snapshot(build_invoice(sale, seller, number, sale.sold)),
        )
    for (seller_id, year), count in last.items():
        world.rows.add(InvoiceCounter, seller_id=seller_id, kind=DocumentKind.INVOICE, year=year, last=count)
    _name_on_statements(world)


def _name_on_statements(world: World) -> None:
    """The number of the invoice in the ledger's line."""
    numbers = {row["id"]: row["invoice_number"] for row in world.rows.of(Transaction)}
    for entry in world.rows.of(StatementEntry):
        number = numbers.get(entry["transaction_id"])
        if number is not None:
            entry["description"] = f"Top-up {number}"


def _seller(partner: Row) -> Seller:
    names = ("name", "street", "postcode", "city", "country", "vat_number", "email", "phone", "registration")
    bank = BankAccount(partner["bank_name"], partner["iban"], partner["bic"])
    return Seller(
        partner["id"], Party(**{name: partner[name] or "" for name in names}), bank, partner["invoice_prefix"]
    )


def _sale(company: Company, sold: Row, items: list[Row]) -> Sale:
    names = ("contact", "street", "postcode", "city", "state", "country", "vat_number")
    address = {name: sold[f"billing_{name}"] or "" for name in names}
    row = company.row
    return Sale(
        transaction_id=sold["id"],
        customer_id=row["id"],
        transaction_type=TransactionType(sold["transaction_type"]),
        state=sold["state"],
        failure_code=None,
        sold=sold["at"].date().isoformat(),
        currency=sold["currency"],
        amount=sold["amount"],
        tax=sold["tax"],
        buyer=Party(sold["billing_company"], email=row["invoice_email"] or "", **address),
        vat=VatStanding(
            row["country"], row["vat_number"], row["vat_state"], row["vat_answered_at"], row["vat_asked_at"]
        ),
        language=row["language"],
        purchase_order=row["purchase_order"] or "",
        items=tuple(_item(item) for item in items),
    )


def _item(item: Row) -> SoldItem:
    begin, end = item["period_from"], item["period_to"]
    return SoldItem(
        id=item["id"],
        description=item["description"],
        quantity=item["quantity"],
        unit=item["unit"],
        unit_price=item["unit_price"],
        net=item["total"],
        tax=item["tax"],
        rate=item["tax_rate"],
        category=TaxCategory(item["tax_category"]),
        period_from=begin.date().isoformat() if begin else "",
        period_to=(end - timedelta(microseconds=1)).date().isoformat() if end else "",
    )


def _logo(colour: tuple[int, int, int]) -> bytes:
    """A PNG: a disc beside a bar."""
    width, height, radius = 240, 80, 32
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            in_disc = (x - 40) ** 2 + (y - 40) ** 2 <= radius**2
            in_bar = 90 <= x < 230 and 30 <= y < 50
            rows += bytes(colour if in_disc or in_bar else (255, 255, 255))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
