"""Whatever is refunded of a sale in whatever parts, its credit notes can be issued and end exactly at its invoice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.invoices.sales import SELLER, item
from tests.invoices.sales import sale as sold
from tests.money.books import groups_left
from tests.money.shop import CURRENCY, RATES, Sold

from partnertui.domain.billing_enums import TaxCategory, TransactionType
from partnertui.domain.errors import DomainError
from partnertui.domain.money import rounded
from partnertui.domain.refunds import RefundPlan, RefundScope, Sale, SoldLine, Wanted, plan_refund
from partnertui.invoices.build import build_credit_note, build_invoice, spread
from partnertui.invoices.document import Document
from partnertui.invoices.document_vat import tax_of
from partnertui.invoices.sale import SoldItem

CENT = 10_000
NETS = st.one_of(st.integers(1, 4_000).map(lambda cents: cents * CENT), st.integers(1, 40_000_000))
LINES = st.lists(st.builds(Sold, NETS, st.sampled_from(RATES)), min_size=1, max_size=5).filter(
    lambda lines: sum(line.net for line in lines) >= CENT
)


@dataclass(frozen=True)
class Step:
    """What is asked for: of which lines, which thousandth of what is left; whether it fails in the end."""

    scope: RefundScope
    chosen: frozenset[int]
    part: int
    fails: bool

    def wanted(self, sale: Sale) -> Wanted:
        """In the amounts of the sale as it is."""
        amount = max(CENT, sale.left * self.part // 1000 // CENT * CENT)
        whole = self.scope is RefundScope.ITEMS and self.part % 2
        return Wanted(self.scope, tuple(sorted(self.chosen)), None if whole else amount)


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from([RefundScope.ITEMS, RefundScope.ITEMS, RefundScope.AMOUNT, RefundScope.FULL]),
        st.frozensets(st.integers(1, 5), min_size=1),
        st.integers(1, 999),
        st.booleans(),
    ),
    max_size=8,
)


@dataclass
class Books:
    """A sale with its invoice, and the refunds that count."""

    lines: list[Sold]
    sale: Sale
    invoice: Document
    plans: list[RefundPlan] = field(default_factory=list)

    @classmethod
    def of(cls, lines: list[Sold]) -> Books:
        """As a sale is made: rounded once, its VAT by rate."""
        net = rounded(sum(line.net for line in lines), CURRENCY)
        shares: dict[int, int] = {}
        for line, share in zip(lines, spread([line.net for line in lines], net, CURRENCY), strict=True):
            shares[line.rate] = shares.get(line.rate, 0) + share
        tax = sum(tax_of(share, rate, CURRENCY) for rate, share in shares.items())
        found = tuple(SoldLine(at, f"Item {at}", line.net, line.tax) for at, line in enumerate(lines, 1))
        items = [_item(line.net, line.tax, line, at, None) for at, line in enumerate(lines, 1)]
        invoice = build_invoice(sold(*items, tax=tax), SELLER, "INV-2026-000001", "2026-05-01")
        return cls(lines, Sale(net + tax, tax, 0, 0, CURRENCY, found), invoice)

    def take(self, plan: RefundPlan, sign: int = 1) -> None:
        """Books a refund, or takes it back."""
        parts = {part.line.id: part for part in plan.lines}
        lines = tuple(
            replace(
                line,
                refunded=line.refunded + sign * parts[line.id].net,
                refunded_tax=line.refunded_tax + sign * parts[line.id].tax,
            )
            if line.id in parts
            else line
            for line in self.sale.lines
        )
        self.sale = replace(
            self.sale,
            refunded=self.sale.refunded + sign * plan.amount,
            refunded_tax=self.sale.refunded_tax + sign * plan.tax,
            lines=lines,
        )
        self.plans = [*self.plans, plan] if sign > 0 else [one for one in self.plans if one is not plan]

    def notes(self, order: list[int]) -> list[Document]:
        """The credit notes of all refunds, issued in some order."""
        notes: list[Document] = []
        plans = sorted(enumerate(self.plans), key=lambda entry: (order[entry[0] % len(order)], entry[0]))
        for _, plan in plans:
            items = [_item(-p.net, -p.tax, self.lines[p.line.id - 1], 10 + p.line.id, p.line.id) for p in plan.lines]
            refund = replace(
                sold(*items, tax=-plan.tax, kind=TransactionType.REFUND), amount=-plan.amount, tax=-plan.tax
            )
            number = f"CN-2026-{len(notes) + 1:06d}"
            notes.append(build_credit_note(refund, self.invoice, notes, SELLER, number, "2026-05-02"))
        return notes


def _item(net: int, tax: int, line: Sold, number: int, refund_of: int | None) -> SoldItem:
    category = TaxCategory.STANDARD if line.rate else TaxCategory.EXEMPT
    return item(net, tax, rate=line.rate, category=category, number=number, refund_of=refund_of)


def items(part: int, *chosen: int, fails: bool = False) -> Step:
    """A refund of these lines; whole where the part is odd."""
    return Step(RefundScope.ITEMS, frozenset(chosen), part, fails)


# the net amount was given back before the last cent of VAT; a cent stayed at one rate and was given at another
@example([Sold(610_000, 700)] * 2, [items(998, 1, 2), items(78, 1, 2), items(102, 1, 2, fails=True)], [0])
@example([Sold(6_644, 700), Sold(35_610_000, 1900), Sold(1_816, 1900)], [items(74, 1, 3), items(1, 1, 2)], [0])
@example([Sold(187_715, 0), Sold(53_399, 700), Sold(53_399, 700)], [items(546, 1, 2, 3), items(986, 1, 2, 3)], [1, 0])
@settings(max_examples=200, deadline=None)
@given(LINES, STEPS, st.lists(st.integers(0, 9), min_size=1, max_size=9))
def test_all_credit_notes_come_to_the_invoice(lines: list[Sold], steps: list[Step], order: list[int]) -> None:
    books = Books.of(lines)
    failing = []
    for step in steps:
        try:
            plan = plan_refund(books.sale, step.wanted(books.sale))
        except DomainError:
            continue
        books.take(plan)
        assert 0 <= books.sale.refunded <= books.sale.amount
        assert 0 <= books.sale.refunded_tax <= books.sale.tax
        failing += [plan] if step.fails else []
    for plan in failing:
        books.take(plan, -1)
    if books.sale.left:
        books.take(plan_refund(books.sale, Wanted(RefundScope.FULL)))
    assert (books.sale.refunded, books.sale.refunded_tax) == (books.sale.amount, books.sale.tax)
    notes = books.notes(order)
    assert -sum(note.gross for note in notes) == books.invoice.gross
    left = groups_left(books.invoice, notes)
    assert left == {}, left
