"""The pages of a detailed invoice with its calls: totals by user and destination, then every call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.plurals import plural
from partnertui.invoices.date_and_amount_formats import duration
from partnertui.invoices.pdf.canvas import LEFT, RIGHT
from partnertui.invoices.time_zones_and_days import zone_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from partnertui.invoices.itemised_calls import BilledCall, CallList, Subtotal
    from partnertui.invoices.pdf.canvas import Canvas
    from partnertui.invoices.pdf.document_pages import DocumentPages

ROW = 4.2
NUMBER, DESTINATION, SECONDS, CHARGE = 58.0, 98.0, 163.0, RIGHT
"""Edges of the columns: left ones of number and destination, right ones of duration and charge."""
NAME_WIDTH, DESTINATION_WIDTH = 90.0, 48.0
LONGEST_USER = 60


def add_calls(pages: DocumentPages, calls: CallList) -> None:
    """Draws the calls after the document."""
    canvas, day = pages.canvas, pages.formats.day
    pages.heading, pages.table_head = " · calls", _no_columns
    canvas.add_page()
    canvas.text(LEFT, f"Calls from {day(calls.first_day)} to {day(calls.last_day)}", 13, bold=True)
    canvas.y += 6
    zone = calls.time_zone or "local time"
    canvas.text(LEFT, f"Charges in {calls.currency} excluding VAT; times in {zone}.", 8, grey=True)
    canvas.y += 8
    users = calls.by_user()
    _sums(pages, "By user", [subtotal for subtotal, _ in users], calls)
    _sums(pages, "By destination", calls.by_destination(), calls)
    pages.table_head = _columns
    _columns(canvas, room=16)
    for subtotal, found in users:
        _calls_of(pages, subtotal, found, calls)


def _sums(pages: DocumentPages, title: str, subtotals: Iterable[Subtotal], calls: CallList) -> None:
    canvas = pages.canvas
    canvas.room(ROW * 4)
    canvas.text(LEFT, title, 10, bold=True)
    canvas.text(135, "Calls", 8, align="right", grey=True)
    canvas.text(SECONDS, "Duration", 8, align="right", grey=True)
    canvas.text(CHARGE, "Charge", 8, align="right", grey=True)
    canvas.y += 2
    canvas.rule()
    canvas.y += ROW
    for subtotal in subtotals:
        canvas.room(ROW)
        _sum_row(pages, subtotal, calls.currency, bold=False)
    canvas.room(ROW)
    _sum_row(pages, calls.total(), calls.currency, bold=True)
    canvas.y += 6


def _sum_row(pages: DocumentPages, subtotal: Subtotal, currency: str, *, bold: bool) -> None:
    canvas = pages.canvas
    canvas.text(LEFT, canvas.wrapped(subtotal.name, 8, NAME_WIDTH)[0], 8, bold=bold)
    canvas.text(135, f"{subtotal.calls:,}", 8, bold=bold, align="right")
    canvas.text(SECONDS, duration(subtotal.seconds), 8, bold=bold, align="right")
    canvas.text(CHARGE, pages.formats.amount(subtotal.charge, currency), 8, bold=bold, align="right")
    canvas.y += ROW


def _calls_of(pages: DocumentPages, subtotal: Subtotal, found: list[BilledCall], calls: CallList) -> None:
    canvas, amount, day, zone = pages.canvas, pages.formats.amount, pages.formats.day, zone_of(calls.time_zone)
    canvas.room(ROW * 3)
    canvas.text(LEFT, subtotal.name[:LONGEST_USER], 8, bold=True)
    canvas.y += ROW
    shortened: dict[str, str] = {}
    for call in found:
        canvas.room(ROW)
        at = call.at.astimezone(zone)
        name = shortened.get(call.destination)
        if name is None:
            name = shortened[call.destination] = canvas.wrapped(call.destination, 8, DESTINATION_WIDTH)[0]
        canvas.text(LEFT, f"{day(at.date().isoformat())} {at:%H:%M:%S}", 8)
        canvas.text(NUMBER, call.number, 8)
        canvas.text(DESTINATION, name, 8)
        canvas.text(SECONDS, duration(call.seconds), 8, align="right")
        canvas.text(CHARGE, amount(call.charge, calls.currency, exact=True), 8, align="right")
        canvas.y += ROW
    canvas.room(ROW)
    canvas.text(DESTINATION, plural(subtotal.calls, "call"), 8, bold=True)
    canvas.text(SECONDS, duration(subtotal.seconds), 8, bold=True, align="right")
    canvas.text(CHARGE, amount(subtotal.charge, calls.currency), 8, bold=True, align="right")
    canvas.y += ROW + 2


def _columns(canvas: Canvas, room: float = 0) -> None:
    if room:
        canvas.room(room)
    canvas.text(LEFT, "Time", 8, grey=True)
    canvas.text(NUMBER, "Number", 8, grey=True)
    canvas.text(DESTINATION, "Destination", 8, grey=True)
    canvas.text(SECONDS, "Billed", 8, align="right", grey=True)
    canvas.text(CHARGE, "Charge", 8, align="right", grey=True)
    canvas.y += 2
    canvas.rule()
    canvas.y += 4.5


def _no_columns(canvas: Canvas) -> None:
    """The sums have heads of their own."""
