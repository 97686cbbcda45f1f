"""The pages of an invoice or credit note: addresses, lines, totals, payment."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from partnertui.domain.countries import country_name
from partnertui.invoices.date_and_amount_formats import Formats
from partnertui.invoices.document_vat import UNTAXED
from partnertui.invoices.pdf.canvas import BOTTOM, LEFT, RIGHT, TOP, Canvas
from partnertui.invoices.time_zones_and_days import midnight

if TYPE_CHECKING:
    from partnertui.invoices.document import Document, Line, Party

TITLES = {"invoice": "Invoice", "credit note": "Credit note"}
ROW, SMALL = 4.6, 3.9
NUMBER, TEXT, QUANTITY, PRICE, RATE, NET = LEFT, 28.0, 112.0, 139.0, 157.0, RIGHT
"""Edges of the columns: left ones of number and text, right ones of the others."""
TEXT_WIDTH = 56.0
TOTALS = 112.0
LOGO = (50.0, 20.0)
"""The largest width and height of a logo."""
FOOT = 279.0


class DocumentPages:
    """Draws a document, and knows where the next page of it begins."""

    def __init__(self, document: Document, logo: bytes | None) -> None:
        self.document, self._logo = document, logo
        self.formats = Formats(document.language, document.buyer.country)
        self.title = f"{TITLES[document.kind]} {document.number}"
        self.heading = ""
        """Said beside the title on pages that aren't the first."""
        self.table_head = self._columns
        self.canvas = Canvas(self.title, self._head)
        self.canvas.pdf.set_lang("en")
        self.canvas.pdf.set_author(document.seller.name)
        self.canvas.pdf.set_creation_date(midnight(document.issued))
        self._first_page()
        for line in document.lines:
            self._line(line)
        self._totals()
        self._remarks()

    def _head(self, canvas: Canvas) -> float:
        """The top of a page: on the first one the letter's head, on others what they belong to."""
        self._foot(canvas)
        if canvas.pdf.page == 1:
            return TOP
        canvas.y = TOP
        canvas.text(LEFT, f"{self.title}{self.heading}", 9, bold=True)
        canvas.text(RIGHT, self.document.seller.name, 9, align="right", grey=True)
        canvas.y += 3
        canvas.rule()
        canvas.y += 7
        self.table_head(canvas)
        return canvas.y

    def _foot(self, canvas: Canvas) -> None:
        """Who the seller is, at the foot of every page."""
        seller, bank = self.document.seller, self.document.bank
        canvas.y = FOOT
        canvas.rule()
        canvas.y += 4
        first = (seller.name, f"VAT number {seller.vat_number}", seller.registration, seller.email, seller.phone)
        second = (bank.bank, f"IBAN {bank.iban}" if bank.iban else "", f"BIC {bank.bic}" if bank.bic else "")
        for entries in (first, second):
            for text in canvas.wrapped(" · ".join(filter(None, entries)), 7, RIGHT - LEFT - 25)[:1]:
                canvas.text(LEFT, text, 7, grey=True)
            canvas.y += 3.2

    def _first_page(self) -> None:
        canvas, document = self.canvas, self.document
        if self._logo:
            canvas.pdf.image(
                BytesIO(self._logo), RIGHT - LOGO[0], 12, *LOGO, keep_aspect_ratio=True, alt_text=document.seller.name
            )
        canvas.y = 20
        for number, text in enumerate(_address(document.seller, with_contact=False)):
            canvas.text(LEFT, text, 8, bold=number == 0)
            canvas.y += SMALL
        canvas.y = start = max(50.0, canvas.y + 6)
        for text in _address(document.buyer):
            canvas.text(LEFT, text, 10)
            canvas.y += 5
        end, canvas.y = canvas.y, start
        for name, value in self._facts():
            canvas.text(118, name, 8, grey=True)
            for text in canvas.wrapped(value, 8, RIGHT - 152):
                canvas.text(152, text, 8)
                canvas.y += SMALL
        canvas.y = max(end, canvas.y, 88.0) + 6
        canvas.text(LEFT, self.title, 15, bold=True)
        canvas.y += 9
        self._columns(canvas)

    def _facts(self) -> list[tuple[str, str]]:
        document, day = self.document, self.formats.day
        preceding, period = document.preceding, document.period
        facts = [
            ("Number", document.number),
            ("Date", day(document.issued)),
            ("Date of supply", day(document.sold)),
            ("Period", f"{day(period[0])} – {day(period[1])}" if period else ""),
            ("Original invoice", f"{preceding.number} of {day(preceding.issued)}" if preceding else ""),
            ("Customer", str(document.customer_id)),
            ("Your VAT number", document.buyer.vat_number),
            ("Your order number", document.purchase_order),
            ("Transaction", str(document.transaction_id)),
        ]
        return [(name, value) for name, value in facts if value]

    def _columns(self, canvas: Canvas) -> None:
        """The heads of the columns."""
        canvas.text(NUMBER, "#", 8, grey=True)
        canvas.text(TEXT, "Description", 8, grey=True)
        currency = self.document.currency
        for edge, name in (
            (QUANTITY, "Quantity"),
            (PRICE, f"Price {currency}"),
            (RATE, "VAT"),
            (NET, f"Net {currency}"),
        ):
            canvas.text(edge, name, 8, align="right", grey=True)
        canvas.y += 2
        canvas.rule()
        canvas.y += 5

    def _line(self, line: Line) -> None:
        canvas, formats, currency = self.canvas, self.formats, self.document.currency
        texts = canvas.wrapped(line.description or "-", 9, TEXT_WIDTH)
        details = [f"{formats.day(line.period_from)} – {formats.day(line.period_to)}"] if line.period_from else []
        if line.discount:
            details.append(f"Discount −{formats.amount(line.discount, currency)}")
        canvas.room(ROW * len(texts) + SMALL * len(details) + 2)
        canvas.text(NUMBER, str(line.number), 9)
        canvas.text(QUANTITY, formats.quantity(line.quantity, line.unit), 9, align="right")
        canvas.text(PRICE, formats.amount(line.unit_price, currency, exact=True), 9, align="right")
        canvas.text(RATE, line.category if line.category in UNTAXED else formats.rate(line.rate), 9, align="right")
        canvas.text(NET, formats.amount(line.net, currency), 9, align="right")
        for text in texts:
            canvas.text(TEXT, text, 9)
            canvas.y += ROW
        for text in details:
            canvas.text(TEXT, text, 8, grey=True)
            canvas.y += SMALL
        canvas.y += 1

    def _totals(self) -> None:
        """Net, VAT of each rate and the total, in one block."""
        canvas, formats, document = self.canvas, self.formats, self.document
        rows = [("Total excluding VAT", document.net, False)]
        for group in document.groups:
            name = "No VAT" if group.category in UNTAXED else f"VAT {formats.rate(group.rate)}"
            on = f" ({group.category})" if group.category in UNTAXED else ""
            rows.append((f"{name}{on} on {formats.money(group.net, document.currency)}", group.tax, False))
        paid = "Refunded" if document.is_credit_note else "Paid"
        rows += [("Total credited" if document.is_credit_note else "Total", document.gross, True)]
        rows += [(paid, document.gross, False), ("Amount due", 0, False)]
        self.table_head = _nothing
        canvas.room(ROW * len(rows) + 8)
        canvas.rule()
        canvas.y += 5
        for name, amount, bold in rows:
            canvas.text(TOTALS - 15, name, 9, bold=bold)
            canvas.text(NET, formats.money(amount, document.currency), 9, bold=bold, align="right")
            canvas.y += ROW + bold

    def _remarks(self) -> None:
        """Why there is no VAT, both VAT numbers where the customer owes it, and notes."""
        document, remarks = self.document, []
        for group in document.groups:
            if group.reason:
                remarks.append(f"{group.category}: {group.reason}")
            if group.category == "AE":
                seller, buyer = document.seller.vat_number, document.buyer.vat_number
                remarks.append(f"Supplier's VAT number {seller}, recipient's VAT number {buyer}.")
        canvas = self.canvas
        canvas.y += 6
        for remark in (*remarks, *document.notes):
            for text in canvas.wrapped(remark, 9, RIGHT - LEFT):
                canvas.room(ROW)
                canvas.text(LEFT, text, 9)
                canvas.y += ROW
            canvas.y += 1.5


def _nothing(canvas: Canvas) -> None:
    """No heads of columns."""


def _address(party: Party, *, with_contact: bool = True) -> list[str]:
    town = " ".join(filter(None, (party.postcode, party.city)))
    contact = party.contact if with_contact and party.contact != party.name else ""
    country = country_name(party.country) if party.country else ""
    return [text for text in (party.name, contact, party.street, town, party.state, country) if text]


assert BOTTOM < FOOT
