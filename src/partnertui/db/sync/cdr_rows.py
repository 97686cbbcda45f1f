"""Makes a call's CDRs: one for the customer who called, one for the customer who was called.

A call between two users of one customer is one internal CDR; one that is nobody's is kept without customer.
"""

from __future__ import annotations

from collections.abc import Iterator

from partnertui.db.rows.types import RowDict
from partnertui.db.sync.call import Call, Party
from partnertui.db.sync.directory import Directory, Owner
from partnertui.db.sync.switch_numbers import digits_of
from partnertui.domain.calls import CallDirection, Disposition, LegCategory
from partnertui.domain.numbers import country_of

RECEIVED_SUFFIX = "#received"
"""Ends the origin of the called customer's CDR where the caller is another customer, who has one as well."""


def cdrs_of(call: Call, directory: Directory) -> Iterator[RowDict]:
    """Rows for the CDR table."""
    source = _caller(call.source, directory)
    destination = _called(call.destination, directory, source)
    if source is None and destination is None:
        source = _by_own_number(call.source, directory)
    if source is None and destination is None:
        yield _row(call, directory, None, CallDirection.INBOUND, LegCategory.OTHER, None, None)
    elif source is not None and destination is not None and source.customer_id == destination.customer_id:
        yield _row(call, directory, source, CallDirection.INTERNAL, LegCategory.OTHER, source, destination)
    else:
        if source is not None:
            yield _row(call, directory, source, CallDirection.OUTBOUND, LegCategory.DIALLED, source, destination)
        if destination is not None:
            taken = call.disposition in (Disposition.ANSWERED, Disposition.VOICEMAIL)
            category = LegCategory.RECEIVED if taken else LegCategory.MISSED
            row = _row(call, directory, destination, CallDirection.INBOUND, category, source, destination)
            yield row if source is None else {**row, "origin": call.origin + RECEIVED_SUFFIX}


def _caller(party: Party, directory: Directory) -> Owner | None:
    """A number in From proves nothing: anybody can send it. Only a SIP username makes a call a customer's."""
    return next(filter(None, (directory.by_username(name, party.domain) for name in party.names)), None)


def _by_own_number(party: Party, directory: Directory) -> Owner | None:
    """A call to somebody outside from one of our numbers: a trunk's, most likely."""
    return next(filter(None, (directory.by_number(name, directory.country) for name in party.names)), None)


def _called(party: Party, directory: Directory, source: Owner | None) -> Owner | None:
    customer_id = None if source is None else source.customer_id
    country = directory.country if source is None else source.country
    by_number = next(filter(None, (directory.by_number(name, country) for name in party.names)), None)
    if by_number is not None:
        return by_number
    for name in party.names:
        found = directory.by_username(name, party.domain, customer_id)
        if found is None and customer_id is not None:
            found = directory.by_extension(name, customer_id)
        if found is not None:
            return found
    return None


def _row(
    call: Call,
    directory: Directory,
    owner: Owner | None,
    direction: CallDirection,
    category: LegCategory,
    source: Owner | None,
    destination: Owner | None,
) -> RowDict:
    country = (source or destination).country if source or destination else directory.country  # type: ignore[union-attr]
    to = _number(call.destination, destination, country)
    ddi = destination.ddi_id if destination is not None and owner is destination else None
    return {
        "origin": call.origin,
        "started_at": call.started_at,
        "category": category,
        "direction": direction,
        "customer_id": owner.customer_id if owner else None,
        "partner_id": owner.partner_id if owner else None,
        "user_id": owner.user_id if owner else None,
        "ddi_id": ddi,
        "source_number": _number(call.source, source, country),
        "source_name": (source.user_name if source else "") or call.source.shown or None,
        "destination_number": to,
        "destination_name": (destination.user_name if destination else "") or call.destination.shown or None,
        "destination_country": country_of(to) if to and direction is not CallDirection.INTERNAL else None,
        "duration": call.duration,
        "billed_seconds": call.billed_seconds,
        "charge": 0,
        "currency": owner.currency if owner else None,
        "disposition": call.disposition,
        "sip_code": call.sip_code,
        "q850_cause": call.q850_cause,
        "hung_up_by": call.hung_up_by,
        "source_ip": call.source.ip or None,
        "destination_ip": call.destination.ip or None,
        "call_id_a": call.call_id or None,
    }


def _number(party: Party, owner: Owner | None, country: str) -> str | None:
    """What was dialled or shown, as digits of E.164 where it is a number; a name in letters by its extension."""
    shown = [digits_of(name, country) for name in party.names]
    extension = owner.extension if owner is not None else ""
    return next((digits for digits in shown if digits.isdigit()), extension or next(iter(shown), None))
