"""The pages say what the document holds, in every script that names need, as PDF/A-3."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, PdfObject, StreamObject
from tests.invoices.sales import CONFIRMED, EURO, SELLER, credit_note, invoice, item

from partnertui.domain.errors import DomainError
from partnertui.domain.money import decimal_places, rounded
from partnertui.invoices.date_and_amount_formats import Formats
from partnertui.invoices.document import Document
from partnertui.invoices.itemised_calls import BilledCall, CallList
from partnertui.invoices.logo_check import checked_logo
from partnertui.invoices.pdf.write_pdf import build_pdf


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(content).pages).replace("\u00a0", " ").replace("\u202f", " ")


def entry(found: PdfObject | None, *path: str) -> DictionaryObject:
    """What a path of keys leads to."""
    for name in path:
        assert isinstance(found, DictionaryObject)
        found = found[name].get_object()
    assert isinstance(found, DictionaryObject)
    return found


def inside(found: DictionaryObject, *path: str) -> list[DictionaryObject]:
    """The dictionaries in a list or dictionary that a path of keys leads to."""
    last = entry(found, *path[:-1])[path[-1]].get_object()
    assert isinstance(last, ArrayObject | DictionaryObject)
    return [entry(one.get_object()) for one in (last if isinstance(last, ArrayObject) else last.values())]


def png(width: int = 4, height: int = 2) -> bytes:
    """A small black picture."""
    rows = (b"\0" + bytes(3 * width)) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def named(name: str, language: str = "de") -> Document:
    sold = invoice(item(2_310_500_000, 439_000_000))
    return replace(sold, language=language, buyer=replace(sold.buyer, name=name))


@pytest.mark.parametrize(
    "name",
    [
        "Zürcher Straße ŁÓDŹ İstanbul",
        "Αθήνα Τηλεφωνία ΑΕ",
        "ТОВ Київ Зв'язок",
        "株式会社テスト",
        "测试电话公司",
        "한국 전화",
    ],
)
def test_names_of_these_scripts_are_on_it_with_their_fonts(name: str) -> None:
    content = build_pdf(named(name))
    assert name in text(content)
    fonts = [font for page in read(content).pages for font in inside(page, "/Resources", "/Font")]
    for font in fonts:
        descendant = inside(font, "/DescendantFonts")[0]
        assert "/FontFile2" in entry(descendant, "/FontDescriptor"), "embedded"
        assert "+" in str(font["/BaseFont"]), "a subset"
    assert len(content) < 150_000


def test_a_script_without_a_font_is_shown_as_question_marks() -> None:
    assert "??? Ltd" in text(build_pdf(named("ابج Ltd")))


def test_it_is_pdf_a_3_with_the_xml_as_an_alternative() -> None:
    reader = read(build_pdf(named("Kunde"), png()))
    root = entry(reader.trailer, "/Root")
    stream = root["/Metadata"].get_object()
    assert isinstance(stream, StreamObject)
    metadata = stream.get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in metadata.replace(" ", "")
    assert "EN 16931" in metadata
    assert str(inside(root, "/OutputIntents")[0]["/S"]) == "/GTS_PDFA1"
    attached = inside(root, "/AF")[0]
    assert (str(attached["/F"]), str(attached["/AFRelationship"])) == ("factur-x.xml", "/Alternative")
    assert not reader.is_encrypted
    assert len(reader.pages[0].images) == 1


@pytest.mark.parametrize(
    ("language", "gross", "day"),
    [("de", "2.749,50 €", "01.05.2026"), ("en", "€2,749.50", "1 May 2026"), ("fr", "2 749,50 €", "1 mai 2026")],
)
def test_amounts_and_dates_are_written_as_in_the_customers_language(language: str, gross: str, day: str) -> None:
    document = named("Kunde", language)
    country = {"de": "DE", "en": "GB", "fr": "FR"}[language]
    found = text(build_pdf(replace(document, buyer=replace(document.buyer, country=country))))
    assert gross in found
    assert day in found


def test_a_language_that_nobody_knows_is_british() -> None:
    assert "€2,749.50" in text(build_pdf(named("Kunde", "xx-nonsense\0")))


def test_reverse_charge_names_both_numbers() -> None:
    found = text(build_pdf(invoice(item(10 * EURO, 0, rate=None), vat=CONFIRMED))).replace("\n", " ")
    assert "Reverse charge: VAT to be accounted for by the recipient (Art. 196 of Directive 2006/112/EC)" in found
    assert "Supplier's VAT number DE136695976, recipient's VAT number FR40303265045." in found


def test_a_credit_note_names_its_invoice_and_is_below_zero() -> None:
    sold = invoice(item(2_310_500_000, 439_000_000))
    found = text(build_pdf(credit_note(sold, items=(item(-2_310_500_000, -439_000_000, refund_of=1),))))
    assert "Credit note CN-2026-000001" in found
    assert "INV-2026-000001 of" in found
    assert "-2.749,50 €" in found


def test_pages_are_numbered_and_carry_their_heads() -> None:
    lines = [item(EURO, 190_000, number=number, name=f"Thing {number} " + "and more " * 12) for number in range(1, 61)]
    reader = read(build_pdf(invoice(*lines)))
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) > 3
    for number, found in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in found
        assert "Invoice INV-2026-000001" in found
        assert SELLER.party.vat_number in found
    assert all("Description" in found for found in pages[:-1])
    assert all(f"Thing {number} " in "\n".join(pages) for number in range(1, 61))


def test_long_words_and_names_stay_on_the_page() -> None:
    sold = invoice(item(EURO, 190_000, name="W" * 500))
    found = text(build_pdf(replace(sold, buyer=replace(sold.buyer, name="M" * 200))))
    assert found.count("W") >= 500


def calls(count: int) -> CallList:
    begin = datetime(2026, 4, 30, 22, 0, tzinfo=UTC)
    return CallList(
        "2026-05-01",
        "2026-05-31",
        "Europe/Berlin",
        "EUR",
        tuple(
            BilledCall(
                begin + timedelta(minutes=number),
                f"User {number % 3}",
                f"4930{number:06d}",
                f"Place {number % 2}",
                61,
                3333,
            )
            for number in range(count)
        ),
    )


def test_the_calls_are_listed_and_summed_exactly() -> None:
    found = calls(300)
    pages = text(build_pdf(invoice(item(EURO, 190_000)), calls=found))
    assert all(call.number in pages for call in found.calls)
    assert "01.05.2026 00:00:00" in pages, "in the customer's time zone"
    assert "0,003333" in pages
    assert "5:05:00" in pages
    assert [subtotal.charge for subtotal, _ in found.by_user()] == [333_300] * 3
    assert [subtotal.calls for subtotal in found.by_destination()] == [150, 150]
    assert found.total().charge == 999_900
    assert "1,00" in pages, "summed first, rounded once"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"GIF89a", "neither PNG nor JPEG"),
        (b"\x89PNG\r\n\x1a\n", "truncated"),
        (png(4000, 1), "4000 by 1 pixels"),
        (png()[:-30], "can't be decoded"),
        (bytes(400_000), "larger than 300 kB"),
        (b"\xff\xd8\xff\xe0", "truncated"),
    ],
)
def test_a_logo_that_cannot_be_printed_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(DomainError, match=words) as refused:
        checked_logo(content)
    assert refused.value.field == "logo"


def test_a_logo_is_taken_as_it_is() -> None:
    assert checked_logo(png()) == png()


@given(st.integers(-(10**13), 10**13), st.sampled_from(("EUR", "JPY", "KWD")), st.booleans())
def test_small_amounts_are_written_as_babel_writes_them(micro: int, currency: str, exact: bool) -> None:
    least = decimal_places(currency)
    pattern = "#,##0." + "0" * least + ("#" * (6 - least) if exact else "")
    for language, country in (("de", "DE"), ("en", "IN"), ("fr", "CH"), ("ar", "EG")):
        formats = Formats(language, country)
        value = Decimal(micro if exact else rounded(micro, currency)) / 1_000_000
        expected = format_decimal(value, format=pattern.rstrip("."), locale=formats.locale)
        assert formats.amount(micro, currency, exact=exact) == expected
