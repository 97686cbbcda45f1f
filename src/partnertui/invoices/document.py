"""Document: an issued invoice or credit note, the one source of its PDF and XML.

Amounts are micro-units, quantities thousandths, rates hundredths of a percent, dates ISO 8601. A credit note's amounts
are below zero, and so are those of a line that takes something off an invoice.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, TypeVar

from partnertui.domain.billing_enums import DocumentKind, TaxCategory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from _typeshed import DataclassInstance

    D = TypeVar("D", bound=DataclassInstance)
FORMAT = 1
"""Version of the snapshot's form; a program that changes it must still read the older ones."""
PIECE = "C62"
"""UN/ECE recommendation 20: one."""


@dataclass(frozen=True)
class Party:
    """A seller or buyer, with the address as it was on the day."""

    name: str
    contact: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    vat_number: str = ""
    email: str = ""
    phone: str = ""
    registration: str = ""


@dataclass(frozen=True)
class BankAccount:
    """Where the seller is paid."""

    bank: str = ""
    iban: str = ""
    bic: str = ""


@dataclass(frozen=True)
class Line:
    """A line: `net` is quantity times price less the discount, without VAT."""

    number: int
    description: str
    quantity: int
    unit_price: int
    net: int
    category: TaxCategory
    rate: int
    unit: str = PIECE
    discount: int = 0
    period_from: str = ""
    period_to: str = ""
    item_id: int = 0
    """The transaction's item that it is about."""


@dataclass(frozen=True)
class TaxGroup:
    """All lines of one VAT category and rate (EN 16931, BG-23)."""

    category: TaxCategory
    rate: int
    net: int
    tax: int
    reason: str = ""


@dataclass(frozen=True)
class Preceding:
    """The invoice that a credit note is about."""

    number: str
    issued: str


@dataclass(frozen=True)
class Document:
    """What is issued."""

    kind: DocumentKind
    number: str
    issued: str
    sold: str
    currency: str
    language: str
    customer_id: int
    transaction_id: int
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    groups: tuple[TaxGroup, ...]
    bank: BankAccount = BankAccount()
    preceding: Preceding | None = None
    purchase_order: str = ""
    notes: tuple[str, ...] = ()

    @property
    def net(self) -> int:
        """The sum of the lines."""
        return sum(line.net for line in self.lines)

    @property
    def tax(self) -> int:
        """The VAT of all rates."""
        return sum(group.tax for group in self.groups)

    @property
    def gross(self) -> int:
        """What is paid, or given back."""
        return self.net + self.tax

    @property
    def is_credit_note(self) -> bool:
        """Whether its amounts are below zero."""
        return self.kind == DocumentKind.CREDIT_NOTE

    @property
    def period(self) -> tuple[str, str] | None:
        """The first and last day of what was sold; None where no line has a period."""
        begins = [line.period_from for line in self.lines if line.period_from]
        ends = [line.period_to for line in self.lines if line.period_to]
        return (min(begins), max(ends)) if begins and ends else None


def to_snapshot(document: Document) -> dict[str, object]:
    """The document as plain data, to be stored."""
    return {"format": FORMAT, **asdict(document)}


def from_snapshot(found: Mapping[str, object]) -> Document:
    """The document that was stored."""
    given = {name: value for name, value in found.items() if name != "format"}
    lines = tuple(_line(entry) for entry in _entries(given["lines"]))
    groups = tuple(_group(entry) for entry in _entries(given["groups"]))
    notes, preceding = given.get("notes"), given.get("preceding")
    return _made(
        Document,
        given
        | {
            "kind": DocumentKind(str(given["kind"])),
            "seller": _made(Party, _entry(given["seller"])),
            "buyer": _made(Party, _entry(given["buyer"])),
            "bank": _made(BankAccount, _entry(given.get("bank") or {})),
            "preceding": _made(Preceding, _entry(preceding)) if preceding else None,
            "lines": lines,
            "groups": groups,
            "notes": tuple(str(note) for note in notes) if isinstance(notes, list | tuple) else (),
        },
    )


def _line(entry: Mapping[str, object]) -> Line:
    return _made(Line, {**entry, "category": TaxCategory(str(entry["category"]))})


def _group(entry: Mapping[str, object]) -> TaxGroup:
    return _made(TaxGroup, {**entry, "category": TaxCategory(str(entry["category"]))})


def _made(kind: type[D], values: Mapping[str, object]) -> D:
    """A dataclass of stored values; what a newer program stored beside them is left out."""
    known = {field.name for field in fields(kind)}
    return kind(**{name: value for name, value in values.items() if name in known})


def _entry(found: object) -> Mapping[str, object]:
    assert isinstance(found, dict)
    return found


def _entries(found: object) -> list[Mapping[str, object]]:
    assert isinstance(found, list | tuple)
    return [_entry(entry) for entry in found]
