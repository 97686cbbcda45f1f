"""Sales and refunds for the tests, without a database."""

from __future__ import annotations

from partnertui.domain.billing_enums import PaymentState, TaxCategory, TransactionType
from partnertui.domain.money import rounded
from partnertui.domain.vat_numbers import VatStanding, VatState
from partnertui.invoices.build import build_credit_note, build_invoice
from partnertui.invoices.document import BankAccount, Document, Party
from partnertui.invoices.sale import Sale, Seller, SoldItem

CENT, EURO = 10_000, 1_000_000
SELLER = Seller(
    0,
    Party(
        "Beispiel Telefon GmbH",
        street="Hauptstr. 1",
        postcode="10115",
        city="Berlin",
        country="DE",
        vat_number="DE136695976",
        registration="HRB 1234",
        email="rechnung@voice.example.net",
    ),
    BankAccount("Beispielbank", "DE89370400440532013000", "COBADEFF"),
)
DOMESTIC = VatStanding("DE", "DE136695976")
CONFIRMED = VatStanding("FR", "FR40303265045", VatState.VALID)
UNANSWERED = VatStanding("FR", "FR40303265045")
ABROAD = VatStanding("US", None)


def item(
    net: int,
    tax: int,
    *,
    rate: int | None = 1900,
    category: TaxCategory | None = None,
    quantity: int = 1000,
    price: int | None = None,
    unit: str | None = None,
    number: int = 1,
    refund_of: int | None = None,
    name: str = "Standard user",
) -> SoldItem:
    """An item; its price is its net amount where none is given."""
    return SoldItem(
        number,
        name,
        quantity,
        unit,
        abs(net) if price is None else price,
        net,
        tax,
        rate,
        category,
        refund_of_item_id=refund_of,
    )


def sale(
    *items: SoldItem,
    tax: int | None = None,
    currency: str = "EUR",
    vat: VatStanding = DOMESTIC,
    kind: TransactionType = TransactionType.PURCHASE,
    state: PaymentState = PaymentState.COMPLETED,
    language: str = "de",
    name: str = "Kunde AG",
) -> Sale:
    """A transaction of these items; its VAT is theirs where none is given."""
    net = rounded(sum(one.net for one in items), currency)
    tax = sum(one.tax for one in items) if tax is None else tax
    buyer = Party(name, street="Weg 2", postcode="1010", city="Wien", country=vat.country, vat_number=vat.number or "")
    return Sale(
        1, 2, kind, state, None, "2026-05-01", currency, net + tax, tax, buyer, vat, language, "PO 7", tuple(items)
    )


def invoice(*items: SoldItem, tax: int | None = None, currency: str = "EUR", vat: VatStanding = DOMESTIC) -> Document:
    """The invoice of these items."""
    return build_invoice(sale(*items, tax=tax, currency=currency, vat=vat), SELLER, "INV-2026-000001", "2026-05-01")


def credit_note(of: Document, *earlier: Document, items: tuple[SoldItem, ...], tax: int | None = None) -> Document:
    """A credit note of an invoice, after earlier ones; its VAT is its items' where none is given."""
    refund = sale(*items, tax=tax, currency=of.currency, kind=TransactionType.REFUND)
    return build_credit_note(refund, of, earlier, SELLER, f"CN-2026-{len(earlier) + 1:06d}", "2026-05-02")
