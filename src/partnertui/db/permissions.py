"""Who may see and do what: the one place where the domain asks. PostgreSQL's row security says it again."""

from __future__ import annotations

from typing import Any, TypeVar

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
        "blocked_ips",
        "capture_folders",
    }
)
"""Tables of the provider, which a partner may read but not write."""
ADMIN_TABLES = frozenset({"operators", "partners", "capture_folders"})
"""Tables that only an admin writes."""


def scope(statement: S, operator: Operator) -> S:
    """The statement narrowed to what the operator may see, by its column labelled `partner_id`."""
    if operator.role != Role.PARTNER:
        return statement
    column: Expression = statement.selected_columns["partner_id"]
    return statement.where(column == operator.partner_id)


def may_see(operator: Operator, obj: object) -> bool:
    """Whether an object is within the operator's partner."""
    if operator.role != Role.PARTNER or not hasattr(obj, "partner_id"):
        return True
    return operator.partner_id is not None and obj.partner_id == operator.partner_id


def require_write(operator: Operator, obj: Any) -> None:
    """Raises NotAllowed where the operator may not write this object."""
    table = obj.__tablename__
    if table in ADMIN_TABLES and operator.role != Role.ADMIN:
        raise NotAllowed("Only an admin may change operators, partners and capture folders.", advice="Ask an admin.")
    if operator.role == Role.PARTNER and (table in OFFICE_TABLES or not may_see(operator, obj)):
        raise NotAllowed("A partner may change the partner's own customers only.", advice="Ask support.")
