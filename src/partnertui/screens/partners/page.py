"""Partners: one row per reseller, with number of customers and the details printed on their invoices."""

from __future__ import annotations

from sqlalchemy import func, select

from partnertui.db.models import Customer, Partner
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query, Row
from partnertui.kit.declare.kinds import Count, Country, Flag, Identifier, Time
from partnertui.kit.declare.page import Column, Fact, Page
from partnertui.screens.partners.actions import ACTIONS

NEEDED = {"street": "street", "city": "city", "country": "country", "vat_number": "VAT number"}


def partners() -> Query:
    """Partners with the number of their customers."""
    customers = select(func.count(Customer.id)).where(Customer.partner_id == Partner.id).scalar_subquery()
    return list_query(
        Partner,
        Partner.name,
        Partner.enabled,
        Partner.country,
        Partner.invoice_prefix,
        Partner.vat_number,
        Partner.street,
        Partner.postcode,
        Partner.city,
        Partner.registration,
        Partner.email,
        Partner.phone,
        Partner.bank_name,
        Partner.iban,
        Partner.bic,
        Partner.logo_id.is_not(None).label("has_logo"),
        Partner.created_at,
        customers.label("customers"),
    )


def lacks(row: Row) -> str:
    """What is missing before invoices can be issued for their customers."""
    missing = [words for name, words in NEEDED.items() if not row[name]]
    return f"can't be issued: {', '.join(missing)} missing" if missing else "can be issued"


PAGE = Page(
    rows=partners,
    columns=(
        Column("id", Identifier(), group="Partner"),
        Column("name", width=26),
        Column("customers", Count(), width=9),
        Column("country", Country(), width=14),
        Column("invoice_prefix", title="Prefix", width=8, group="Invoices"),
        Column("vat_number", title="VAT number", width=16),
        Column("has_logo", Flag(), title="Logo", width=6),
        Column("enabled", Flag(), width=9),
        Column("street", shown=False, group="Address"),
        Column("postcode", shown=False),
        Column("city", shown=False),
        Column("registration", shown=False),
        Column("email", title="E-mail", shown=False),
        Column("phone", shown=False),
        Column("bank_name", title="Bank", shown=False, group="Bank"),
        Column("iban", title="IBAN", shown=False),
        Column("bic", title="BIC", shown=False),
        Column("created_at", Time(seconds=False), title="Created", shown=False),
    ),
    find=("name",),
    search=("name", "city", "vat_number"),
    sort="name",
    facts=(Fact("Invoices", lacks, "Invoices", lambda row: "warn" if "missing" in lacks(row) else ""),),
    title=lambda row: row["name"],
    actions=ACTIONS,
    table="partners",
    scope="",
    owner="",
    empty="No partners yet.",
    row_role=lambda row: "" if row["enabled"] else "muted",
)
