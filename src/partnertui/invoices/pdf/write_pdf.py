"""Writes a document's PDF/A-3 file, with Factur-X inside where its currency allows that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from facturx import generate_from_binary

from partnertui.invoices.facturx_xml import LEVEL, build_xml, has_xml
from partnertui.invoices.pdf.call_pages import add_calls
from partnertui.invoices.pdf.document_pages import DocumentPages

if TYPE_CHECKING:
    from partnertui.invoices.document import Document
    from partnertui.invoices.itemised_calls import CallList


def build_pdf(document: Document, logo: bytes | None = None, calls: CallList | None = None) -> bytes:
    """The PDF of a document, with the calls behind it if they are given."""
    pages = DocumentPages(document, logo)
    if calls is not None:
        add_calls(pages, calls)
    pages.canvas.number_pages()
    drawn = bytes(pages.canvas.pdf.output())
    return _with_xml(drawn, document, pages.title) if has_xml(document) else drawn


def _with_xml(drawn: bytes, document: Document, title: str) -> bytes:
    made: bytes = generate_from_binary(
        drawn,
        build_xml(document),
        flavor="factur-x",
        level=LEVEL,
        check_xsd=False,  # what is issued was checked, and `partnertui invoice check` does it on request
        check_schematron=False,
        pdf_metadata={
            "author": document.seller.name,
            "keywords": "Factur-X, Invoice",
            "title": title,
            "subject": f"{title} of {document.seller.name}",
        },
        lang="en",
        # The XML says all that the pages do, so it is an alternative to them and not only data for them.
        afrelationship="alternative",
    )
    return made
