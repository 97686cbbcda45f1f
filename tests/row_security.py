"""Row security as it should be: grants and policies of each table by role, derived from the domain's rules.

`python tests/row_security.py TABLE …` prints the SQL for a new table's migration (all tables without arguments);
tests/db/security/test_catalogue.py compares a migrated database with it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import psycopg
from psycopg import sql
from sqlalchemy import Table

from partnertui.db.models import load_all
from partnertui.db.models.base import Base
from partnertui.db.permissions import ADMIN_TABLES, NOT_FOR_PARTNERS, PARTNER_TABLES

STAFF = ("support", "development", "admin")
ROLES = ("partner", *STAFF, "service")
MINE = "(SELECT priv.my_partner())"
ME = "(SELECT priv.my_operator())"
CIPHERTEXT = {
    "chats": ("text_ciphertext",),
    "conferences": ("pin_ciphertext", "moderator_pin_ciphertext"),
    "credit_cards": ("number_ciphertext", "number_hmac", "gateway_token_ciphertext"),
    "mailboxes": ("password_ciphertext",),
    "operators": ("password_hash",),
    "payments": ("gateway_answer_ciphertext",),
    "refunds": ("gateway_answer_ciphertext",),
    "transactions": ("gateway_answer_ciphertext",),
    "users": ("sip_password_ciphertext", "password_hash"),
}
"""Columns that no operator's role may select. Drafts are their operator's own, so the policy is enough."""
RULES = {
    "partners": f"id = {MINE}",
    "operators": f"partner_id = {MINE} OR partner_id IS NULL",
    "committed_writes": f"operator_id = {ME}",
    "saved_views": f"operator_id = {ME}",
    "drafts": f"operator_id = {ME}",
    "operator_sessions": f"operator_id = {ME}",
    "probe_runs": f"partner_id = {MINE} OR operator_id = {ME}",
    "sent_views": f"operator_id IN (SELECT o.id FROM public.operators o WHERE o.partner_id = {MINE})",
    "invoice_counters": f"seller_id = {MINE}",
    "invoice_logos": (
        "EXISTS (SELECT 1 FROM public.partners p WHERE p.logo_id = invoice_logos.id)"
        " OR EXISTS (SELECT 1 FROM public.invoices i WHERE i.logo_id = invoice_logos.id)"
    ),
    "hep_messages": (
        "EXISTS (SELECT 1 FROM public.cdrs c WHERE c.call_id_a = hep_messages.call_id)"
        " OR EXISTS (SELECT 1 FROM public.cdrs c WHERE c.call_id_b = hep_messages.call_id)"
    ),
    "seen_registrations": (
        "EXISTS (SELECT 1 FROM public.users u"
        " WHERE u.sip_username = split_part(aor, '@', 1) AND u.sip_domain = split_part(aor, '@', 2))"
    ),
    "mail_references": "EXISTS (SELECT 1 FROM public.tickets t WHERE t.id = ticket_id)",
    "ticket_viewers": "EXISTS (SELECT 1 FROM public.tickets t WHERE t.id = ticket_id)",
}
"""What partners see of tables that `partner_id` alone doesn't decide."""
CHECKS = {
    "history": f"operator_id = {ME} AND (action = 'deleted' OR priv.owns(object_table, object_id))",
    "notes": f"author_id = {ME} AND priv.owns(object_table, object_id)",
    "probe_runs": f"operator_id = {ME} AND (partner_id IS NULL OR partner_id = {MINE})",
    "sent_views": f"operator_id = {ME}",
    "sound_copies": f"operator_id = {ME}",
    "login_links": f"operator_id = {ME}",
    "ticket_viewers": f"operator_id = {ME}",
    "answer_readings": f"operator_id = {ME}",
    "chat_readings": f"operator_id = {ME}",
}
"""What rows that partners write must fulfil besides."""
STAFF_CHECKS = {name: f"operator_id = {ME}" for name in ("history", "answer_readings", "chat_readings", "login_links")}
"""What rows that staff write must fulfil: nobody acts in another one's name."""
ADMIN_FREE = frozenset({"operator_sessions"})
"""Tables in which admins change rows of others: they sign people out."""
STAFF_CHECKS |= {name: f"operator_id = {ME}" for name in ADMIN_FREE}
APPEND_ONLY = frozenset({"history", "invoices", "payment_corrections", "statement_entries"})
"""Operators add to them, and change or delete nothing."""
READ_ONLY = frozenset(
    {"audit_heads", "audit_links", "hep_messages", "mailbox_states", "sync_states", "alembic_version", "recordings"}
)
"""Services write them alone."""
CHAIN = frozenset({"audit_heads", "audit_links"})
"""Triggers write them alone."""
ADMIN_ONLY = ADMIN_TABLES | {"vault_keys"}
PARTNER_DELETES = frozenset(
    {
        "basket_items",
        "customer_price_lists",
        "drafts",
        "ivr_entries",
        "login_links",
        "mail_references",
        "pickup_group_members",
        "probe_runs",
        "ring_group_members",
        "routing_rules",
        "saved_views",
        "sent_views",
        "sound_copies",
        "sounds",
        "ticket_links",
        "ticket_participants",
        "ticket_tags",
        "ticket_viewers",
        "ticket_watches",
        "web_sessions",
    }
)
STAFF_DELETES = PARTNER_DELETES | {
    "blocked_ips",
    "business_calendars",
    "calendar_days",
    "canned_responses",
    "capture_folders",
    "mailboxes",
    "operators",
    "partners",
    "phone_models",
    "price_list_entries",
    "price_lists",
    "price_plans",
    "products",
    "rejected_rows",
    "seen_registrations",
    "sla_targets",
    "whois_records",
}
ADMIN_DELETES = frozenset({"failed_log_ins", "operator_sessions"})
"""Deleted with the operator whose they are."""
REFERENCES = {"customer_id": "customers", "payment_id": "payments"}
"""What columns without a foreign key point to."""


@dataclass(frozen=True)
class Policy:
    """A policy: condition of the rows that are seen, and of those that may be written (None: as seen)."""

    table: str
    role: str
    using: str
    check: str | None


def tables() -> list[Table]:
    """All tables by name."""
    load_all()
    return sorted(Base.metadata.tables.values(), key=lambda table: table.name)


def rule(table: Table) -> str:
    """Which rows a partner sees."""
    if table.name in RULES:
        return RULES[table.name]
    return f"partner_id = {MINE}" if "partner_id" in table.c else "true"


def owned(name: str) -> bool:
    """Whether a table's rows belong to partners by `partner_id`, so that a row of another one can't be pointed at."""
    return "partner_id" in Base.metadata.tables[name].c and name not in {"operators", "mailboxes"}


def parents(table: Table) -> Iterator[str]:
    """Conditions that what a row points to is the partner's own: foreign keys themselves ignore policies."""
    for column in table.columns:
        names = {key.column.table.name for key in column.foreign_keys} or {REFERENCES.get(column.name, "")}
        for parent in sorted(names & {name for name in Base.metadata.tables if owned(name)}):
            found = f"EXISTS (SELECT 1 FROM public.{parent} p WHERE p.id = {table.name}.{column.name})"
            if parent == table.name:  # a policy that reads its own table would be an endless recursion
                found = f"priv.owns('{parent}', {column.name})"
            yield f"({column.name} IS NULL OR {found})" if column.nullable else found


def partner_check(table: Table) -> str | None:
    """What a row that a partner writes must fulfil; None if it is only what they see."""
    first = CHECKS["probe_runs"] if table.name == "probe_runs" else rule(table)
    more = [CHECKS[table.name]] if table.name in CHECKS and table.name != "probe_runs" else []
    if table.name == "history":  # of a customer that was deleted, too
        return " AND ".join([first, *more])
    found = " AND ".join([first, *more, *parents(table)])
    return None if found == rule(table) else found


def policies(table: Table) -> Iterator[Policy]:
    """The policies of a table, one a role."""
    for role in ROLES:
        if role == "partner":
            if table.name not in NOT_FOR_PARTNERS:
                check = partner_check(table) if table.name in PARTNER_TABLES else None
                yield Policy(table.name, role, rule(table), check)
        elif role in STAFF and table.name == "drafts":
            yield Policy(table.name, role, RULES["drafts"], None)
        else:
            is_free = role not in STAFF or (role == "admin" and table.name in ADMIN_FREE)
            yield Policy(table.name, role, "true", None if is_free else STAFF_CHECKS.get(table.name))


def grants(table: Table, role: str) -> dict[str, tuple[str, ...] | None]:
    """What a role may do with a table: columns by SELECT, INSERT, UPDATE, DELETE; None for all columns."""
    name, columns = table.name, tuple(column.name for column in table.columns)
    if role == "service" and name in CHAIN:
        return {"SELECT": None}
    if role == "service":
        return dict.fromkeys(("SELECT", "INSERT", "UPDATE", "DELETE"))
    if role == "partner" and name in NOT_FOR_PARTNERS:
        return {}
    hidden = CIPHERTEXT.get(name, ())
    found: dict[str, tuple[str, ...] | None] = {
        "SELECT": tuple(column for column in columns if column not in hidden) if hidden else None
    }
    may_write = name in PARTNER_TABLES if role == "partner" else name not in READ_ONLY
    if not may_write or (role != "admin" and name in ADMIN_ONLY):
        return found
    found["INSERT"] = None
    if name not in APPEND_ONLY:
        computed = {column.name for column in table.columns if column.computed is not None}
        found["UPDATE"] = tuple(column for column in columns if column != "id" and column not in computed)
        may_delete = name in (PARTNER_DELETES if role == "partner" else STAFF_DELETES)
        if may_delete or (role == "admin" and name in ADMIN_DELETES):
            found["DELETE"] = None
    return found


def statements(table: Table) -> Iterator[str]:
    """The SQL that secures a table."""
    name = table.name
    yield f"ALTER TABLE public.{name} ENABLE ROW LEVEL SECURITY"
    for policy in policies(table):
        check = f" WITH CHECK ({policy.check})" if policy.check else ""
        yield (
            f"CREATE POLICY {policy.role} ON public.{name} TO partnertui_{policy.role} USING ({policy.using}){check}"
        )
    alike: dict[str, list[str]] = {}
    for role in ROLES:
        parts = [f"{verb} ({', '.join(on)})" if on else verb for verb, on in grants(table, role).items()]
        if parts:
            alike.setdefault(", ".join(parts), []).append(f"partnertui_{role}")
    for what, roles in alike.items():
        yield f"GRANT {what} ON public.{name} TO {', '.join(roles)}"
    if table.autoincrement_column is not None:
        writers = [f"partnertui_{role}" for role in ROLES if "INSERT" in grants(table, role)]
        if writers:
            yield f"GRANT USAGE ON SEQUENCE public.{name}_id_seq TO {', '.join(writers)}"


def make_login(url: str, login: str, role: str) -> str:
    """Makes a LOGIN role of an operator's role; returns the URL that it connects with. The operator has a row."""
    with psycopg.connect(url, autocommit=True) as connection:
        group = sql.Identifier(f"partnertui_{role}")
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (login,)).fetchone()
        if known is None:
            made = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS IN ROLE {}")
            with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):  # another thread made it
                connection.execute(made.format(sql.Identifier(login), group))
        # the rights of a database aren't copied from its template
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(name))
    return url.replace("tests@", f"{login}@")


def main() -> None:
    """Prints the SQL of tables."""
    for table in tables():
        if table.name in sys.argv[1:] or not sys.argv[1:]:
            for statement in statements(table):
                print(f"{statement};\n")


if __name__ == "__main__":
    main()
