"""Builds an invoice of a sale or a credit note of a refund, and checks its totals before it gets a number."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from partnertui.domain.billing_enums import DocumentKind
from partnertui.domain.errors import DomainError
from partnertui.domain.money import MICRO, decimal_places, divided, format_money, from_smallest, rounded
from partnertui.domain.refunds import MOST_ROUNDING
from partnertui.domain.safe_text import one_line
from partnertui.invoices.credit_note_vat import left_by_rate, shares
from partnertui.invoices.document import PIECE, BankAccount, Document, Line, Preceding, TaxGroup
from partnertui.invoices.document_vat import TaxedAmount, TaxPlace, line_terms, percent, tax_groups, tax_of
from partnertui.invoices.figures import Figures, GroupFigures, LineFigures, disagreements
from partnertui.invoices.sale import Sale, Seller, SoldItem, require_issuable, require_seller

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from partnertui.domain.billing_enums import TaxCategory
    from partnertui.invoices.document import Party

QUANTITY = 1_000
LONGEST = 500
"""Characters of a text on a document."""


def build_invoice(sale: Sale, seller: Seller, number: str, issued: str) -> Document:
    """The invoice of a sale. Raises DomainError where it can't be issued, with the reason."""
    require_issuable(sale)
    require_seller(seller)
    amounts = [
        TaxedAmount(f"Item {number} ({one_line(item.description, 40)})", item.net, item.tax, item.rate, item.category)
        for number, item in enumerate(sale.items, 1)
    ]
    place = TaxPlace(seller.party.country, sale.vat, sale.currency)
    terms = line_terms(amounts, place)
    nets = spread([item.net for item in sale.items], sale.amount - sale.tax, sale.currency)
    lines = tuple(
        _line(number, item, net, term, sale.currency, 1)
        for number, (item, net, term) in enumerate(zip(sale.items, nets, terms, strict=True), 1)
    )
    document = _document(DocumentKind.INVOICE, sale, seller, lines, tax_groups(lines, sale.currency), number, issued)
    _require_amounts(document, sale)
    return document


Terms = tuple["TaxCategory", int]


def build_credit_note(
    sale: Sale, invoice: Document, earlier: Iterable[Document], seller: Seller, number: str, issued: str
) -> Document:
    """The credit note of a refund: its lines are those of the invoice, its VAT is copied from what was given back.

    earlier: the credit notes issued for the same invoice. Raises DomainError where it can't be issued.
    """
    require_issuable(sale)
    require_seller(seller)
    earlier = list(earlier)
    left = left_by_rate(invoice, earlier)
    lines, groups = _given_back(sale.items or _without_items(sale, invoice, left), sale, invoice, left)
    document = replace(
        _document(DocumentKind.CREDIT_NOTE, sale, seller, lines, groups, number, issued),
        buyer=invoice.buyer,
        preceding=Preceding(invoice.number, invoice.issued),
        notes=tuple(_rest_words(group, sale.currency, invoice.number) for group in groups if _rest(group, sale)),
    )
    _require_amounts(document, sale)
    require_covered(invoice, [*earlier, document])
    return document


def _without_items(sale: Sale, invoice: Document, left: dict[Terms, tuple[int, int]]) -> tuple[SoldItem, ...]:
    """A refund without items, as one line; none where it is of several rates, but all that is left, or rounding."""
    is_rounding = -sale.amount <= from_smallest(MOST_ROUNDING, sale.currency)
    if len(left) > 1 and (is_rounding or _is_rest(sale, left)):
        return ()
    net = sale.amount - sale.tax
    return (SoldItem(0, f"Refund of invoice {invoice.number}", QUANTITY, None, -net, net, sale.tax, None, None),)


def _is_rest(sale: Sale, left: dict[Terms, tuple[int, int]]) -> bool:
    return -sale.amount == sum(net + tax for net, tax in left.values())


def _origin(item: SoldItem, invoice: Document) -> Line:
    """The line of the invoice that an item of a refund is about; any line, where all have the same VAT."""
    for line in invoice.lines:
        if line.item_id and line.item_id == item.refund_of_item_id:
            return line
    if len(invoice.groups) != 1:
        raise DomainError(
            f"“{one_line(item.description, 40)}” doesn't say which line of invoice {invoice.number} it refunds, and "
            "that invoice has several VAT rates.",
            advice="Refund it item by item.",
        )
    return invoice.lines[0]


def _given_back(
    items: Sequence[SoldItem], sale: Sale, invoice: Document, left: dict[Terms, tuple[int, int]]
) -> tuple[tuple[Line, ...], tuple[TaxGroup, ...]]:
    """The lines of a credit note, and the groups of its invoice with what is given back of each."""
    origins = [_origin(item, invoice) for item in items]
    by_terms: dict[Terms, list[int]] = {(group.category, group.rate): [] for group in invoice.groups}
    for index, origin in enumerate(origins):
        by_terms[origin.category, origin.rate].append(index)
    of_groups = [[items[index] for index in part] for part in by_terms.values()]
    rests, all_of_it = [left[terms] for terms in by_terms], not items and _is_rest(sale, left)
    net = [
        -rest if all_of_it else sum(one.net for one in part) for part, (rest, _) in zip(of_groups, rests, strict=True)
    ]
    tax = [
        -rest if all_of_it else sum(one.tax for one in part) for part, (_, rest) in zip(of_groups, rests, strict=True)
    ]
    nets = _back(net, sale.amount - sale.tax, [rest for rest, _ in rests], sale)
    taxes = _back(tax, sale.tax, [rest for _, rest in rests], sale)
    lines: list[Line] = []
    groups: list[TaxGroup] = []
    for given, (terms, part) in zip(_given(invoice, nets, taxes), by_terms.items(), strict=True):
        if not part and not given.net and not given.tax:
            continue
        groups.append(given)
        of_group = [items[index] for index in part] or [_rest_item(given, invoice)]
        units = [origins[index].unit for index in part] or [PIECE]
        for item, amount, unit in zip(of_group, _spread_over(of_group, given.net, sale.currency), units, strict=True):
            lines.append(replace(_line(len(lines) + 1, item, amount, terms, sale.currency, -1), unit=unit))
    return tuple(lines), tuple(groups)


def _back(exact: Sequence[int], total: int, left: Sequence[int], sale: Sale) -> list[int]:
    """What goes back of each group, below zero; where that isn't left of them, what comes nearest to the items."""
    found = shares([-amount for amount in exact], -total, left, sale.currency)
    return [-amount for amount in found] if found is not None else spread(exact, total, sale.currency)


def _spread_over(items: Sequence[SoldItem], net: int, currency: str) -> list[int]:
    """A group's net amount by item; more cents than items go onto the last one."""
    found = spread([item.net for item in items], net, currency)
    found[-1] += net - sum(found)
    return found


def _given(invoice: Document, nets: Iterable[int], taxes: Iterable[int]) -> list[TaxGroup]:
    entries = zip(invoice.groups, nets, taxes, strict=True)
    return [replace(group, net=net, tax=tax) for group, net, tax in entries]


def _rest_item(group: TaxGroup, invoice: Document) -> SoldItem:
    """What is left of a rate without any item of it, such as a cent of rounding."""
    words = f"Remainder of invoice {invoice.number} at {percent(group.rate)}"
    return SoldItem(0, words, QUANTITY, None, -group.net, group.net, group.tax, group.rate, group.category)


def spread(exact: Sequence[int], total: int, currency: str) -> list[int]:
    """Amounts in whole smallest units of the currency that come to the total, each as near to the exact one as can be.

    A sale is rounded once, on its total, and its items may hold fractions of a cent. Where the amounts differ by more
    than their rounding, they don't come to the total.
    """
    smallest = from_smallest(1, currency)
    found = [rounded(amount, currency) for amount in exact]
    steps, rest = divmod(abs(total - sum(found)), smallest)
    if rest or steps > len(found):
        return found
    sign = 1 if total > sum(found) else -1
    nearest = sorted(range(len(found)), key=lambda index: (sign * (found[index] - exact[index]), index))
    for index in nearest[:steps]:
        found[index] += sign * smallest
    return found


def _rest(group: TaxGroup, sale: Sale) -> int:
    return group.tax - tax_of(group.net, group.rate, sale.currency)


def _rest_words(group: TaxGroup, currency: str, invoice: str) -> str:
    usual = format_money(-tax_of(group.net, group.rate, currency), currency)
    return (
        f"VAT is {format_money(-group.tax, currency)}, the amount left on invoice {invoice}, rather than {usual} as"
        " recalculated, so that the credit notes add up to the invoice total."
    )


def require_covered(invoice: Document, notes: list[Document]) -> None:
    """Raises DomainError if credit notes give back more than their invoice has, or all of it but not all of its VAT."""
    net, tax = -sum(note.net for note in notes), -sum(note.tax for note in notes)
    over = net > invoice.net or tax > invoice.tax
    slack = from_smallest(len(notes), invoice.currency)  # the rest of a cent may have gone to another rate
    for group in invoice.groups:
        key = (group.category, group.rate)
        given = [entry for note in notes for entry in note.groups if (entry.category, entry.rate) == key]
        back, back_tax = -sum(entry.net for entry in given), -sum(entry.tax for entry in given)
        over = over or abs(back) > abs(group.net) + slack or abs(back_tax) > abs(group.tax) + slack
    most = from_smallest(MOST_ROUNDING, invoice.currency)  # the last refund may be of a cent of VAT alone
    if over or (net == invoice.net and abs(tax - invoice.tax) > most):
        has, gives = (format_money(value, invoice.currency) for value in (invoice.gross, net + tax))
        # Too much of one rate, or of the VAT, can still be less than the invoice's total.
        problem = (
            "give back more net or VAT than the invoice has, in total or at one of its rates"
            if over and net + tax <= invoice.gross
            else f"total {gives}, but the invoice totals {has}"
        )
        raise DomainError(
            f"The credit notes for invoice {invoice.number} would {problem}.",
            advice="Check the transaction's refunds.",
        )


def _line(position: int, item: SoldItem, net: int, terms: tuple[TaxCategory, int], currency: str, sign: int) -> Line:
    """A line: quantity and price if they explain the amount, else one of the amount. `sign` is -1 on credit notes."""
    category, rate = terms
    direction = 1 if net * sign >= 0 else -1
    quantity, price, unit = direction * abs(item.quantity), abs(item.unit_price), item.unit or PIECE
    full = sign * rounded(divided(quantity * price, QUANTITY), currency)
    discount = full - net
    if discount and (sign < 0 or net < 0 or discount < 0 or net != rounded(item.net, currency)):
        quantity, price, unit, discount = direction * QUANTITY, abs(net), PIECE, 0
    return Line(
        number=position,
        description=one_line(item.description, LONGEST),
        quantity=quantity,
        unit_price=price,
        net=net,
        category=category,
        rate=rate,
        unit=unit,
        discount=discount,
        period_from=item.period_from,
        period_to=item.period_to,
        item_id=item.id,
    )


def _document(
    kind: DocumentKind,
    sale: Sale,
    seller: Seller,
    lines: tuple[Line, ...],
    groups: tuple[TaxGroup, ...],
    number: str,
    issued: str,
) -> Document:
    return Document(
        kind=kind,
        number=number,
        issued=issued,
        sold=sale.sold,
        currency=sale.currency,
        language=sale.language,
        customer_id=sale.customer_id,
        transaction_id=sale.transaction_id,
        seller=_cleaned(seller.party),
        buyer=_cleaned(sale.buyer),
        lines=lines,
        groups=groups,
        bank=BankAccount(*(one_line(text, 80) for text in (seller.bank.bank, seller.bank.iban, seller.bank.bic))),
        purchase_order=one_line(sale.purchase_order, 80),
    )


def _cleaned(party: Party) -> Party:
    """A party whose texts are one line each, without anything that a page or XML can't hold."""
    return replace(party, **{name: one_line(value, 200) for name, value in vars(party).items()})


def _require_amounts(document: Document, sale: Sale) -> None:
    """Raises DomainError unless lines, VAT and total are exactly what was paid."""
    if (document.gross, document.tax) != (sale.amount, sale.tax):
        lines, has = (
            f"{format_money(gross, sale.currency, exact=True)} with {format_money(tax, sale.currency, exact=True)} VAT"
            for gross, tax in ((document.gross, document.tax), (sale.amount, sale.tax))
        )
        raise DomainError(
            f"The items of transaction {sale.transaction_id} come to {lines}, but the transaction is for {has}.",
            advice="Correct the items before invoicing.",
        )
    for problem in disagreements(figures_of(document)):
        raise DomainError(f"The {document.kind} doesn't add up. {problem}", advice="Correct the transaction's items.")


def figures_of(document: Document) -> Figures:
    """The figures of a document as Factur-X has them."""
    sign = -1 if document.is_credit_note else 1

    def units(micro: int) -> Decimal:
        return Decimal(sign * micro) / MICRO

    lines = tuple(
        LineFigures(
            f"Line {line.number}",
            Decimal(line.quantity) / QUANTITY,
            Decimal(line.unit_price) / MICRO,
            units(line.discount),
            units(line.net),
            line.category,
            Decimal(line.rate) / 100,
        )
        for line in document.lines
    )
    groups = tuple(
        GroupFigures(group.category, Decimal(group.rate) / 100, units(group.net), units(group.tax))
        for group in document.groups
    )
    return Figures(
        currency=document.currency,
        places=decimal_places(document.currency),
        is_credit_note=document.is_credit_note,
        lines=lines,
        groups=groups,
        line_total=units(document.net),
        net=units(document.net),
        tax=units(document.tax),
        gross=units(document.gross),
        # Issued for money that has arrived alone: all of it is paid (BT-113), nothing is due (BT-115).
        paid=units(document.gross),
        due=Decimal(0),
    )
