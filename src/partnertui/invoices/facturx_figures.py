"""Reads amounts and totals from any Factur-X XML (UN/CEFACT CII)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from lxml import etree

from partnertui.invoices.figures import NOTHING, Figures, GroupFigures, LineFigures

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

NAMES = {
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
CREDIT_NOTES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"})
"""UN/CEFACT 1001: types whose amounts are given back."""
MOST_DIGITS = 40
SETTLEMENT = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeSettlement"
LINES = "rsm:SupplyChainTradeTransaction/ram:IncludedSupplyChainTradeLineItem"
LINE_SETTLEMENT = "ram:SpecifiedLineTradeSettlement"
PRICE = "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice"


class Unreadable(ValueError):
    """XML without the figures of an invoice; its text says what is missing."""


def parse(content: bytes) -> Element:
    """The root of the XML: no entities, no network. Raises Unreadable."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"It isn't XML: {error.msg}.") from None
    if root.tag != f"{{{NAMES['rsm']}}}CrossIndustryInvoice":
        raise Unreadable("Its XML isn't a UN/CEFACT CrossIndustryInvoice.")
    return root


def read_figures(root: Element, places: dict[str, int]) -> Figures:
    """The figures of an invoice; `places` are the decimal places of currencies that don't have two."""
    settled = _one(root, SETTLEMENT)
    currency = _text(settled, "ram:InvoiceCurrencyCode")
    sums = _one(settled, "ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    lines = tuple(_line(line) for line in root.iterfind(LINES, NAMES))
    # There may be a second total in the currency of the seller's books (BT-111).
    taxes = [tax for tax in sums.iterfind("ram:TaxTotalAmount", NAMES) if tax.get("currencyID", currency) == currency]
    return Figures(
        currency=currency,
        places=places.get(currency, 2),
        is_credit_note=_text(root, "rsm:ExchangedDocument/ram:TypeCode") in CREDIT_NOTES,
        lines=lines,
        groups=tuple(_group(tax) for tax in settled.iterfind("ram:ApplicableTradeTax", NAMES)),
        line_total=_amount(sums, "ram:LineTotalAmount"),
        net=_amount(sums, "ram:TaxBasisTotalAmount"),
        tax=_number(taxes[0].text) if taxes else NOTHING,
        gross=_amount(sums, "ram:GrandTotalAmount"),
        paid=_amount(sums, "ram:TotalPrepaidAmount", NOTHING),
        due=_amount(sums, "ram:DuePayableAmount"),
        allowances=tuple(_allowance(entry) for entry in settled.iterfind("ram:SpecifiedTradeAllowanceCharge", NAMES)),
        rounding=_amount(sums, "ram:RoundingAmount", NOTHING),
    )


def _line(line: Element) -> LineFigures:
    settled, price = _one(line, LINE_SETTLEMENT), _one(line, PRICE)
    entries = settled.iterfind("ram:SpecifiedTradeAllowanceCharge", NAMES)
    # The price may be for several units (BT-149), and 0 of them would divide by nothing.
    base = _amount(price, "ram:BasisQuantity", Decimal(1)) or Decimal(1)
    return LineFigures(
        name=f"Line {_text(line, 'ram:AssociatedDocumentLineDocument/ram:LineID')}",
        quantity=_amount(line, "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"),
        price=_amount(price, "ram:ChargeAmount") / base,
        allowances=sum((_signed(entry) for entry in entries), NOTHING),
        net=_amount(settled, "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"),
        category=_text(settled, "ram:ApplicableTradeTax/ram:CategoryCode"),
        rate=_amount(settled, "ram:ApplicableTradeTax/ram:RateApplicablePercent", NOTHING),
    )


def _group(tax: Element) -> GroupFigures:
    return GroupFigures(
        category=_text(tax, "ram:CategoryCode"),
        rate=_amount(tax, "ram:RateApplicablePercent", NOTHING),
        net=_amount(tax, "ram:BasisAmount"),
        tax=_amount(tax, "ram:CalculatedAmount"),
    )


def _allowance(entry: Element) -> GroupFigures:
    category = _text(entry, "ram:CategoryTradeTax/ram:CategoryCode")
    rate = _amount(entry, "ram:CategoryTradeTax/ram:RateApplicablePercent", NOTHING)
    return GroupFigures(category, rate, _signed(entry), NOTHING)


def _signed(entry: Element) -> Decimal:
    """An allowance; a charge is below zero."""
    amount = _amount(entry, "ram:ActualAmount")
    return -amount if _text(entry, "ram:ChargeIndicator/udt:Indicator").lower() in ("true", "1") else amount


def _one(parent: Element, path: str) -> Element:
    found = parent.find(path, NAMES)
    if found is None:
        raise Unreadable(f"The XML has no {path.rpartition(':')[2]}.")
    return found


def _text(parent: Element, path: str) -> str:
    return (_one(parent, path).text or "").strip()


def _amount(parent: Element, path: str, default: Decimal | None = None) -> Decimal:
    found = parent.find(path, NAMES)
    if found is None and default is not None:
        return default
    return _number(_text(parent, path))


def _number(text: str | None) -> Decimal:
    typed = (text or "").strip()
    try:
        if len(typed) > MOST_DIGITS or not set(typed) <= set("+-.0123456789"):
            raise InvalidOperation
        return Decimal(typed)
    except InvalidOperation:
        raise Unreadable(f"“{typed[:40]}” isn't an amount." if typed else "An amount is empty.") from None
