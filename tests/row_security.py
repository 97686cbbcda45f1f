"""An ordinary PostgreSQL role under row-level security, as an operator has one; for tests and benchmarks."""

from __future__ import annotations

import psycopg

POLICIES = {
    "price_lists": "enabled",
    "price_list_entries": "EXISTS (SELECT 1 FROM price_lists WHERE price_lists.id = price_list_id AND enabled)",
    "history": "operator_id IS NOT NULL",
    "committed_writes": "operator_id IS NOT NULL",
}


def restrict(url: str, role: str) -> str:
    """Makes a role that owns nothing, isn't a superuser and is subject to row security; returns its URL."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS")
        connection.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        connection.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
        for table, rule in POLICIES.items():
            connection.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            connection.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            connection.execute(f"CREATE POLICY own ON {table} TO {role} USING ({rule}) WITH CHECK ({rule})")
    return url.replace("tests@", f"{role}@")
