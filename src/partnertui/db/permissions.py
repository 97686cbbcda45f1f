"""What each role may see and write. PostgreSQL's row security enforces the same."""

from __future__ import annotations

from typing import TypeVar

from partnertui.db.models.base import Base
from partnertui.db.rows.type_aliases import Expression, Query
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
        "retention_rules",
    }
)
"""The provider's own tables, which partners may read but not write."""
ADMIN_TABLES = frozenset({"operators", "partners", "capture_folders", "mailboxes", "failed_log_ins", "retention_rules"})
"""Tables that only admins may write."""

PARTNER_TABLES = frozenset(
    {
        "basket_items",
        "committed_writes",
        "conferences",
        "credit_cards",
        "customer_phones",
        "customer_price_lists",
        "customers",
        "ddis",
        "drafts",
        "history",
        "invoice_counters",
        "invoices",
        "ivr_entries",
        "ivrs",
        "locations",
        "login_links",
        "mail_references",
        "mails",
        "notes",
        "operator_sessions",
        "outbox_mails",
        "payment_corrections",
        "payments",
        "pending_ddi_numbers",
        "pending_ddis",
        "pickup_group_members",
        "pickup_groups",
        "probe_runs",
        "registrations",
        "ring_group_members",
        "ring_groups",
        "routing_rules",
        "saved_views",
        "sent_views",
        "sound_copies",
        "sounds",
        "statement_entries",
        "subscribers",
        "switch_users",
        "ticket_attachments",
        "ticket_links",
        "ticket_messages",
        "ticket_participants",
        "ticket_tags",
        "ticket_viewers",
        "ticket_watches",
        "tickets",
        "transaction_items",
        "transactions",
        "users",
        "web_sessions",
    }
)
"""Tables in which partners may write rows of their own."""
NOT_FOR_PARTNERS = frozenset(
    {
        "answer_readings",
        "audit_heads",
        "audit_links",
        "chat_readings",
        "failed_log_ins",
        "incident_failures",
        "incidents",
        "mailbox_states",
        "rejected_rows",
        "sync_states",
        "whois_records",
    }
)
"""Tables of which partners see nothing."""


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
            "Only admins can change operators, partners, mailboxes, capture folders and retention.",
            advice="Ask an admin.",
        )
    if operator.role == Role.PARTNER and (table not in PARTNER_TABLES or not may_see(operator, obj)):
        raise NotAllowed("Partners can only change their own customers.", advice="Ask support.")
