"""The select behind the Customers list."""

from __future__ import annotations

from sqlalchemy import and_, case, select

from partnertui.db.models import Customer, Partner, PricePlan
from partnertui.db.models.base import table_of
from partnertui.db.rows.note_count import note_count
from partnertui.db.rows.type_aliases import Expression, Query
from partnertui.domain.countries import EU


def _vat_columns() -> tuple[Expression, ...]:
    """The VAT number and what VIES said of it; no state where VIES has nothing to say."""
    known = and_(Customer.vat_number.is_not(None), Customer.country.in_(EU))
    state = case((known, Customer.vat_state)).label("vat_state")
    columns = table_of(Customer).c
    return columns.vat_number, state, columns.vat_answered_at, columns.vat_answer, columns.vat_asked_at


def customers() -> Query:
    """Customers with partner and plan by name."""
    return (
        select(
            Customer.id,
            Customer.company,
            Customer.status,
            Customer.contact,
            Customer.email,
            Customer.phone,
            Customer.country,
            Customer.currency,
            Customer.credit,
            Customer.credit_limit,
            Customer.unlimited_minutes_left,
            PricePlan.name.label("price_plan"),
            Partner.name.label("partner"),
            Customer.created_at,
            Customer.trial_ends_at,
            Customer.street,
            Customer.street2,
            Customer.postcode,
            Customer.city,
            Customer.state,
            *_vat_columns(),
            Customer.auto_top_up,
            Customer.top_up_threshold,
            Customer.top_up_amount,
            Customer.sip_domain,
            Customer.max_channels,
            Customer.caller_id_number,
            Customer.international_calls,
            Customer.premium_calls,
            Customer.language,
            Customer.time_zone,
            Customer.invoice_email,
            Customer.purchase_order,
            Customer.external_reference,
            Customer.newsletter,
            Customer.xmpp_status,
            Customer.tour_state,
            Customer.blocked_reason,
            Customer.partner_id,
            Customer.version,
            note_count(Customer),
        )
        .outerjoin(PricePlan, PricePlan.id == Customer.price_plan_id)
        .outerjoin(Partner, Partner.id == Customer.partner_id)
    )
