"""Every kind of document passes the official schema and rules; our own check refuses what those let through."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.invoices.sales import ABROAD, CENT, CONFIRMED, EURO, credit_note, invoice, item

from partnertui.domain.billing_enums import TaxCategory
from partnertui.domain.errors import DomainError
from partnertui.invoices.document import Document
from partnertui.invoices.facturx_xml import build_xml
from partnertui.invoices.pdf.write_pdf import build_pdf
from partnertui.invoices.validation import check_file


def large() -> Document:
    return invoice(item(4_629_630_000, 879_630_000, quantity=1_234_567_000, price=3750, unit="MIN"))


def partly_credited() -> Document:
    sold = invoice(item(10 * EURO, 1_900_000), item(5 * EURO, 350_000, rate=700, number=2))
    back = item(-3_330_000, -640_000, refund_of=1)
    return credit_note(sold, items=(back, item(-5 * EURO, -350_000, refund_of=2, number=2)))


def mixed() -> Document:
    """Exempt, zero, two rates and a period on one line."""
    sold = invoice(
        item(10 * EURO, 0, rate=0, category=TaxCategory.EXEMPT),
        item(3 * EURO, 0, rate=0, category=TaxCategory.ZERO, number=2),
        item(3 * EURO, 570_000, number=3),
        item(-EURO, -70_000, rate=700, number=4),
        item(3 * EURO, 210_000, rate=700, number=5),
    )
    first = replace(sold.lines[0], period_from="2026-05-01", period_to="2026-05-31")
    return replace(sold, lines=(first, *sold.lines[1:]), notes=("A note.",))


KINDS = {
    "domestic": lambda: invoice(item(2_310_500_000, 439_000_000)),
    "reverse charge": lambda: invoice(item(10 * EURO, 0, rate=None), vat=CONFIRMED),
    "third country": lambda: invoice(item(10 * EURO, 0, rate=None), vat=ABROAD),
    "mixed": mixed,
    "free": lambda: invoice(item(0, 0, quantity=3000, price=9_900_000)),
    "discount": lambda: invoice(item(20 * EURO, 3_800_000, quantity=3000, price=9_900_000)),
    "yen": lambda: invoice(item(105 * EURO, 20 * EURO), currency="JPY"),
    "credit note": partly_credited,
    "b6b": large,
}


@pytest.mark.parametrize("kind", KINDS)
def test_it_passes_schema_and_rules(kind: str) -> None:
    document = KINDS[kind]()
    found = check_file(build_xml(document))
    assert (found.cents, found.schema, found.rules) == ((), (), ())
    assert found.number == document.number


def test_b6b_numbers_are_written_out() -> None:
    xml = build_xml(large()).decode()
    assert '<ram:BilledQuantity unitCode="MIN">1234567</ram:BilledQuantity>' in xml
    assert "<ram:ChargeAmount>0.00375</ram:ChargeAmount>" in xml
    assert "<ram:LineTotalAmount>4629.63</ram:LineTotalAmount>" in xml


def test_vat_that_is_half_a_unit_off_passes_the_rules_but_not_us() -> None:
    xml = build_xml(KINDS["domestic"]())
    found = check_file(xml.replace(b"439.00", b"439.50").replace(b"2749.50", b"2750.00"))
    assert (found.schema, found.rules) == ((), ())
    assert found.cents == ("VAT S 19%: VAT on 2310.50 EUR is 439.00 EUR, not 439.50 EUR.",)


def test_the_rules_and_the_schema_really_run() -> None:
    xml = build_xml(KINDS["domestic"]())
    unknown = check_file(
        xml.replace(b'<ram:ID schemeID="VA">DE136695976</ram:ID>', b'<ram:ID schemeID="VA">1</ram:ID>')
    )
    assert any("BR-CO-09" in rule for rule in unknown.rules)
    assert check_file(xml.replace(b"ram:CityName>", b"ram:Town>")).schema


def test_a_credit_note_may_carry_the_rest_of_a_cent_and_no_more() -> None:
    sold = invoice(item(10 * EURO, 1_900_000))
    first = credit_note(sold, items=(item(-3_330_000, -640_000, refund_of=1),))
    found = check_file(build_xml(first))
    assert found.is_valid
    wrong = build_xml(first).replace(b"0.64<", b"0.66<").replace(b"3.97<", b"3.99<")
    assert "not 0.66 EUR" in check_file(wrong).cents[0]


def test_the_pdf_holds_the_same_xml() -> None:
    document = KINDS["mixed"]()
    found = check_file(build_pdf(document))
    assert found.is_valid
    assert found.number == document.number


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "isn't XML"),
        (b"<a/>", "CrossIndustryInvoice"),
        (b"%PDF-1.7 hello", "couldn.t be checked"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "CrossIndustryInvoice"),
    ],
)
def test_other_files_are_refused(content: bytes, words: str) -> None:
    with pytest.raises(DomainError, match=words) as refused:
        check_file(content)
    assert refused.value.field == "file"


def test_amounts_that_no_number_is_are_refused() -> None:
    xml = build_xml(KINDS["domestic"]())
    for wrong in (b"1e9", b"NaN", "４３９".encode(), b"9" * 50):
        with pytest.raises(DomainError, match="isn't an amount"):
            check_file(xml.replace(b">439.00<", b">" + wrong + b"<"))


def test_kwd_is_no_currency_of_factur_x() -> None:
    document = invoice(item(1_234_000, 62_000, rate=500), currency="KWD")
    with pytest.raises(DomainError, match="two decimals"):
        build_xml(document)
    assert build_pdf(document).startswith(b"%PDF")
    assert document.gross == 1_296_000
    assert document.net % CENT
