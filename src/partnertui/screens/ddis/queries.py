"""The select behind the DDIs list."""

from __future__ import annotations

from sqlalchemy import select

from partnertui.db.models import Customer, Ddi, PriceListEntry
from partnertui.db.rows.note_count import note_count
from partnertui.db.rows.type_aliases import Query


def ddis() -> Query:
    """Numbers with the customer that has them, if one has."""
    return (
        select(
            Ddi.id,
            Ddi.number,
            Ddi.country,
            Ddi.area,
            Ddi.state,
            Ddi.customer_id,
            Customer.company.label("customer"),
            Ddi.user_id,
            Ddi.route_type,
            Ddi.target_id,
            Ddi.target,
            Ddi.setup_fee,
            Ddi.monthly_fee,
            Ddi.currency,
            Ddi.in_unlimited_plan,
            Ddi.special_case,
            Ddi.price_list_entry_id.label("price_id"),
            PriceListEntry.name.label("price"),
            Ddi.quarantined_until,
            Ddi.pattern_reason,
            Ddi.version,
            Ddi.billing_starts_at,
            Ddi.created_at,
            Ddi.partner_id,
            note_count(Ddi),
        )
        .outerjoin(Customer, Customer.id == Ddi.customer_id)
        .outerjoin(PriceListEntry, PriceListEntry.id == Ddi.price_list_entry_id)
    )
