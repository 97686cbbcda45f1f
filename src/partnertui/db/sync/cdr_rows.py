"""Makes the CDRs of a call: one for the calling customer, one for the called customer.

A call between users of the same customer is one internal CDR. A call that matches nobody is a CDR without customer.
"""

from __future__ import annotations

from collections.abc import Iterator

from partnertui.db.rows.type_aliases import RowDict
from partnertui.db.sync.owner_directory import Directory, Owner
from partnertui.db.sync.switch_call import Call, Party
from partnertui.db.sync.switch_number_formats import digits_of
from partnertui.domain.call_enums import CallDirection, Disposition, LegCategory
from partnertui.domain.phone_numbers import country_of

RECEIVED_SUFFIX = "#received"
"""Suffix of the called customer's origin, if the caller's customer has a CDR of the same call."""


def cdr_rows(call: Call, directory: Directory) -> Iterator[RowDict]:
    """The call's rows of the CDR table."""
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
            was_answered = call.disposition in (Disposition.ANSWERED, Disposition.VOICEMAIL)
            category = LegCategory.RECEIVED if was_answered else LegCategory.MISSED
            row = _row(call, directory, destination, CallDirection.INBOUND, category, source, destination)
            yield row if source is None else {**row, "origin": call.origin + RECEIVED_SUFFIX}


def _caller(party: Party, directory: Directory) -> Owner | None:
    """The calling user, by SIP username only."""
    # not by number, because anyone can send any number in From
    return next(filter(None, (directory.by_username(name, party.domain) for name in party.names)), None)


def _by_own_number(party: Party, directory: Directory) -> Owner | None:
    """The customer who has the calling number, of a call that matched nobody otherwise: most likely from a trunk."""
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
    party = source or destination
    country = party.country if party is not None else directory.country
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
        "source_name": (source.user_name if source else "") or call.source.display_name or None,
        "destination_number": to,
        "destination_name": (destination.user_name if destination else "") or call.destination.display_name or None,
        "destination_country": country_of(to) if to and direction is not CallDirection.INTERNAL else None,
        "duration": call.duration,
        # what it costs is set once its price is found
        "billed_seconds": call.billed_seconds,
        "rate": None,
        "charge": 0,
        "prefix_name": None,
        "rating": None,
        "terms_id": None,
        "covered_seconds": 0,
        "currency": owner.currency if owner else None,
        "disposition": call.disposition,
        "sip_code": call.sip_code,
        "q850_cause": call.q850_cause,
        "hung_up_by": call.hung_up_by,
        "source_ip": call.source.ip or None,
        "destination_ip": call.destination.ip or None,
        "source_user_agent": call.source.user_agent or None,
        "destination_user_agent": call.destination.user_agent or None,
        "call_id_a": call.call_id or None,
    }


def _number(party: Party, owner: Owner | None, country: str) -> str | None:
    """The party's number as E.164 digits; if it only has names in letters, the user's extension, else the name."""
    candidates = [digits_of(name, country) for name in party.names]
    extension = owner.extension if owner is not None else ""
    return next((digits for digits in candidates if digits.isdigit()), extension or next(iter(candidates), None))
