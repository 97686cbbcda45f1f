"""What each role may see and write. PostgreSQL's row security enforces the same."""

from __future__ import annotations

from typing import TypeVar

from partnertui.db.models.base import Base
from partnertui.db.rows.types import Expression, Query
from partnertui.domain.errors import NotAllowed
from partnertui.domain.operators import Operator, Role

S = TypeVar("S", bound="Query")
OFFICE_TABLES = frozenset(
    {
        "operators",
        "partners",
        "price_lists",
        "price_list_entries",
        "price_plans",
        "products",
        "phone_models",
        "canned_responses",
        "sla_targets",
        "business_calendars",
        "calendar_days",
        "blocked_ips",
        "capture_folders",
        "mailboxes",
    }
)
"""The provider's own tables, which partners may read but not write."""
ADMIN_TABLES = frozenset({"operators", "partners", "capture_folders", "mailboxes"})
"""Tables that only admins may write."""


def scope(statement: S, operator: Operator) -> S:
    """Narrows a statement with a column labelled `partner_id` to what the operator may see."""
    if operator.role != Role.PARTNER:
        return statement
    column: Expression = statement.selected_columns["partner_id"]
    return statement.where(column == operator.partner_id)


def may_see(operator: Operator, obj: object) -> bool:
    """Whether the operator may see an object."""
    if operator.role != Role.PARTNER or not hasattr(obj, "partner_id"):
        return True
    return operator.partner_id is not None and obj.partner_id == operator.partner_id


def require_write(operator: Operator, obj: Base) -> None:
    """Raises NotAllowed if the operator may not write this object."""
    table = obj.__tablename__
    if table in ADMIN_TABLES and operator.role != Role.ADMIN:
        raise NotAllowed(
            "Only admins can change operators, partners, mailboxes and capture folders.", advice="Ask an admin."
        )
    if operator.role == Role.PARTNER and (table in OFFICE_TABLES or not may_see(operator, obj)):
        raise NotAllowed("Partners can only change their own customers.", advice="Ask support.")
