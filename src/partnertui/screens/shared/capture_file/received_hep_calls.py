"""Finds calls among received HEP by number, and opens their traces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from partnertui.db.hep.number_search import ReceivedCall, received_calls
from partnertui.domain.phone_numbers import e164_beginnings, typed_digits
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.ladder.time_column import clock_text, moment
from partnertui.screens.shared.call_trace.call_loader import CallTraceLoader
from partnertui.screens.shared.call_trace.host_names import host_names
from partnertui.screens.shared.trace import open_trace

MOST = 40


def written_forms(text: str, country: str) -> tuple[str, ...]:
    """The ways in which a switch may write a typed number or user name, for a search by equality."""
    typed = text.strip()
    international = e164_beginnings(typed, country) if typed_digits(typed) else ()
    forms = [typed, typed_digits(typed)]
    for digits in international:
        forms += [digits, f"+{digits}", f"00{digits}"]
    return tuple(dict.fromkeys(form for form in forms if form))


def find_received(context: ActionContext) -> None:
    """Ask for a number; pick a call, whose trace is opened."""
    services = context.services

    def search(typed: str, show: Callable[[Sequence[Item[ReceivedCall]]], None]) -> None:
        def work(connection: Connection) -> list[Item[ReceivedCall]]:
            return items(received_calls(connection, written_forms(typed, services.settings.default_country), MOST))

        services.read(picker, "search", work, show)

    def picked(call: ReceivedCall) -> None:
        began = datetime.fromtimestamp(call.time_us // 1_000_000, UTC)
        loader = CallTraceLoader(services, (call.call_id,), began)
        open_trace(services, _parties(call), loader, host_names(services, {}), key=(call.call_id,))

    picker = Picker(services, "Find received calls of which number?", search=search, hint="full number or SIP user")
    services.show_dialog(picker, picked)


def items(calls: Sequence[ReceivedCall]) -> list[Item[ReceivedCall]]:
    """The calls as lines: caller, called number, when."""
    return [
        Item(call, _parties(call), f"{moment(call.time_us):%Y-%m-%d} {clock_text(call.time_us)[:8]}") for call in calls
    ]


def _parties(call: ReceivedCall) -> str:
    return f"{one_line(call.from_user, 40) or 'unknown'} to {one_line(call.to_user, 40) or 'unknown'}"
