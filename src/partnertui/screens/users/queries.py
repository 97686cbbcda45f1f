"""The select behind the Users list."""

from __future__ import annotations

from sqlalchemy import select

from partnertui.db.models import Customer, Product, User
from partnertui.db.rows.note_count import note_count
from partnertui.db.rows.type_aliases import Query


def users() -> Query:
    """Users with customer and product by name, and their AOR."""
    return (
        select(
            User.id,
            User.name,
            User.extension,
            User.state,
            User.role,
            User.customer_id,
            Customer.company.label("customer"),
            User.email,
            Product.name.label("product"),
            (User.sip_username + "@" + User.sip_domain).label("aor"),
            User.caller_id_number,
            User.mobile,
            User.department,
            User.last_login_at,
            User.created_at,
            User.partner_id,
            User.version,
            note_count(User),
        )
        .outerjoin(Customer, Customer.id == User.customer_id)
        .outerjoin(Product, Product.id == User.product_id)
        .where(User.removed_at.is_(None))
    )
