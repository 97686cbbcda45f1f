"""Writes a document as Factur-X XML, profile EN 16931 (UN/CEFACT CII)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from facturx.generate_xml import generate_cii_xml

from partnertui.domain.billing_enums import TaxCategory
from partnertui.domain.errors import DomainError
from partnertui.domain.money import MICRO, decimal_places
from partnertui.invoices.build import QUANTITY

if TYPE_CHECKING:
    from partnertui.invoices.document import Document, Line, Party, TaxGroup

LEVEL = "en16931"
INVOICE, CREDIT_NOTE = "380", "381"
"""UN/CEFACT 1001."""
MOST_PLACES = 2
"""Decimal places of an amount (BR-DEC-09 and others)."""
REASON_CODES = {TaxCategory.REVERSE_CHARGE: "VATEX-EU-AE"}
"""CEF's VATEX list."""
Fields = dict[str, object]


def has_xml(document: Document) -> bool:
    """Whether Factur-X can hold its amounts: of KWD, it can't hold the third decimal."""
    return decimal_places(document.currency) <= MOST_PLACES


def build_xml(document: Document) -> bytes:
    """The XML. Raises DomainError for a currency that it can't hold."""
    if not has_xml(document):
        raise DomainError(
            f"Factur-X can't express amounts in {document.currency}: it only has two decimals.",
            advice="Save a plain PDF instead.",
        )
    fields = _fields(document)
    found: bytes = generate_cii_xml(fields, level=LEVEL, check_xsd=False, check_schematron=False)
    return found


def _fields(document: Document) -> Fields:
    """By the codes of EN 16931; numbers are texts, because the library would round them."""
    period = document.period
    fields: Fields = {
        "BT-1": document.number,
        "BT-2": date.fromisoformat(document.issued),
        "BT-3": CREDIT_NOTE if document.is_credit_note else INVOICE,
        "BT-5": document.currency,
        "BT-72": date.fromisoformat(document.sold),
        "BG-4": _party(document.seller),
        "BG-7": _party(document.buyer),
        "BG-23": [_group(document, group) for group in document.groups],
        "BG-25": [_line(document, line) for line in document.lines],
        "BT-106": _amount(document, document.net),
        "BT-109": _amount(document, document.net),
        "BT-110": _amount(document, document.tax),
        "BT-112": _amount(document, document.gross),
        # A document is issued for what was paid, so all of it is paid and nothing is due (BR-CO-16).
        "BT-113": _amount(document, document.gross),
        "BT-115": _amount(document, 0),
        "BG-1": [{"BT-22": note} for note in document.notes],
    }
    if document.purchase_order:
        fields["BT-13"] = document.purchase_order
    if period:
        fields |= {"BT-73": date.fromisoformat(period[0]), "BT-74": date.fromisoformat(period[1])}
    if document.preceding:
        issued = date.fromisoformat(document.preceding.issued)
        fields["BG-3"] = [{"BT-25": document.preceding.number, "BT-26": issued}]
    if document.bank.iban:
        # 30 is a credit transfer (UN/CEFACT 4461).
        fields |= {"BT-81": "30", "BT-84": document.bank.iban.replace(" ", "")}
        fields |= {"BT-86": document.bank.bic} if document.bank.bic else {}
    return fields


def _party(party: Party) -> Fields:
    fields: Fields = {
        "name": party.name,
        "country_code": party.country,
        "city": party.city,
        "postcode": party.postcode,
        "addr_l1": party.street,
        "country_subdivision": party.state,
        "vat_identifier": party.vat_number,
        "legal_info": party.registration,
    }
    contact = {"name": party.contact, "phone": party.phone, "email": party.email}
    if any(contact.values()):
        fields["contacts"] = [{name: value for name, value in contact.items() if value}]
    return {name: value for name, value in fields.items() if value}


def _group(document: Document, group: TaxGroup) -> Fields:
    fields: Fields = {
        "BT-116": _amount(document, group.net),
        "BT-117": _amount(document, group.tax),
        "BT-118": str(group.category),
        "BT-119": _percent(group.rate),
    }
    if group.reason:
        fields["BT-120"] = group.reason
    if group.category in REASON_CODES:
        fields["BT-121"] = REASON_CODES[group.category]
    return fields


def _line(document: Document, line: Line) -> Fields:
    fields: Fields = {
        "BT-126": str(line.number),
        "BT-129": _plain(line.quantity, QUANTITY),
        "BT-130": line.unit,
        "BT-131": _amount(document, line.net),
        "BT-146": _plain(line.unit_price, MICRO),
        "BT-151": str(line.category),
        "BT-152": _percent(line.rate),
        # A line must have a name (BR-25).
        "BT-153": line.description or "-",
    }
    if line.period_from and line.period_to:
        fields |= {"BT-134": date.fromisoformat(line.period_from), "BT-135": date.fromisoformat(line.period_to)}
    if line.discount:
        fields["BG-27"] = [{"amount": _amount(document, line.discount), "reason": "Discount"}]
    return fields


def _amount(document: Document, micro: int) -> str:
    """An amount: a credit note's are above zero, because its type says what they are."""
    signed = -micro if document.is_credit_note else micro
    return f"{Decimal(signed) / MICRO:.{decimal_places(document.currency)}f}"


def _plain(value: int, unit: int) -> str:
    """A number without an exponent and without zeros at its end: 1234567, 0.00375."""
    text = f"{Decimal(value) / unit:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _percent(rate: int) -> str:
    return f"{Decimal(rate) / 100:.2f}"
