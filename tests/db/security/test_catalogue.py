"""What PostgreSQL's catalogue says of a migrated database: row security on every table, no more grants than meant."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from tests.db.makers import PAT
from tests.db.security.conftest import Office
from tests.row_security import CIPHERTEXT, PARTNER_DELETES, ROLES, STAFF_DELETES, grants, policies, statements, tables

from partnertui.db.models.base import Base
from partnertui.db.permissions import ADMIN_TABLES, NOT_FOR_PARTNERS, OFFICE_TABLES, PARTNER_TABLES, require_write
from partnertui.domain.errors import NotAllowed

pytestmark = pytest.mark.postgresql
FORGOTTEN = "write the output of “python tests/row_security.py {}” into its migration"
"""What a table's policies are reminded of."""


def rows(office: Office, query: str, **parameters: Any) -> list[Any]:
    return office.database.read(lambda connection: list(connection.execute(text(query), parameters).all()))


def test_every_table_has_row_security(office: Office) -> None:
    query = """SELECT c.relname FROM pg_class c WHERE c.relnamespace IN ('public'::regnamespace, 'priv'::regnamespace)
               AND c.relkind IN ('r', 'p', 'm', 'f') AND NOT c.relrowsecurity"""
    assert rows(office, query) == []


def test_policies_are_those_of_the_rules(office: Office) -> None:
    """Compared with the same statements run on a scratch table, because PostgreSQL prints conditions its own way."""
    query = (
        """SELECT tablename, policyname, roles::text, cmd, permissive FROM pg_policies WHERE schemaname = 'public'"""
    )
    found = {(row.tablename, row.policyname): row for row in rows(office, query)}
    for table in tables():
        for policy in policies(table):
            row = found.pop((table.name, policy.role), None)
            assert row is not None, FORGOTTEN.format(table.name)
            assert (row.roles, row.cmd, row.permissive) == (f"{{partnertui_{policy.role}}}", "ALL", "PERMISSIVE")
    assert list(found) == [("alembic_version", "everybody")]


def test_conditions_are_those_of_the_rules(office: Office) -> None:
    query = "SELECT tablename, policyname, qual, with_check FROM pg_policies WHERE schemaname = 'public'"

    def work(connection: Any) -> tuple[list[Any], list[Any]]:
        before = sorted(map(tuple, connection.execute(text(query))), key=str)
        for table in tables():
            for name in (policy.role for policy in policies(table)):
                connection.exec_driver_sql(f"DROP POLICY IF EXISTS {name} ON public.{table.name}")
            for statement in statements(table):
                connection.exec_driver_sql(statement)
        after = sorted(map(tuple, connection.execute(text(query))), key=str)
        connection.exec_driver_sql("ROLLBACK")
        return before, after

    with office.database.engine.connect() as connection:
        before, after = work(connection)
    for old, new in zip(before, after, strict=True):
        assert old == new, FORGOTTEN.format(old[0])


def test_a_role_is_never_one_of_several_in_a_policy(office: Office) -> None:
    many = "SELECT tablename FROM pg_policies WHERE cardinality(roles) > 1 AND tablename <> 'alembic_version'"
    assert rows(office, many) == []
    public = "SELECT tablename FROM pg_policies WHERE 'public' = ANY (roles)"
    assert rows(office, public) == []


def test_grants_are_those_of_the_rules(office: Office) -> None:
    """By has_column_privilege, which sees what comes by PUBLIC or by another role, too."""
    query = """SELECT has_table_privilege(:role, c.oid, :verb) FROM pg_class c WHERE c.oid = to_regclass(:name)"""
    one = "SELECT has_column_privilege(:role, to_regclass(:name), :column, :verb)"

    def work(connection: Any) -> list[tuple[str, str, str]]:
        wrong = []
        for table in tables():
            for role in ROLES:
                wanted = grants(table, role)
                for verb in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"):
                    given = {"role": f"partnertui_{role}", "name": f"public.{table.name}", "verb": verb}
                    whole = connection.scalar(text(query), given)
                    columns = wanted.get(verb, ())
                    if whole != (verb in wanted and columns is None):
                        wrong.append((table.name, role, verb))
                    if columns and not whole:
                        for column in (one.name for one in table.columns):
                            may = connection.scalar(text(one), given | {"column": column})
                            if may != (column in columns):
                                wrong.append((f"{table.name}.{column}", role, verb))
        return wrong

    found = office.database.read(work, deadline=60)
    assert found == [], FORGOTTEN.format(" ".join(sorted({name.partition(".")[0] for name, *_ in found})))


def test_nobody_may_select_ciphertext(office: Office) -> None:
    named = {(name, column) for name, columns in CIPHERTEXT.items() for column in columns}
    for table in tables():
        for column in (one.name for one in table.columns):
            if column.endswith(("_ciphertext", "password_hash")) and table.name != "drafts":
                assert (table.name, column) in named
    query = """SELECT grantee FROM information_schema.column_privileges
               WHERE table_name = :t AND column_name = :c AND privilege_type = 'SELECT'"""
    for name, hidden in named:
        roles = {row.grantee for row in rows(office, query, t=name, c=hidden)}
        assert roles & {f"partnertui_{role}" for role in ROLES} == {"partnertui_service"}


def test_partitions_have_no_grants(office: Office) -> None:
    office.database.write(lambda c: c.exec_driver_sql("SELECT priv.make_hep_partition('2026-05-01')"))
    found = rows(office, "SELECT relname, relacl, relrowsecurity FROM pg_class WHERE relispartition AND relkind = 'r'")
    assert found
    assert all(row.relacl is None and row.relrowsecurity for row in found)


def test_views_run_with_the_rights_of_who_reads_them(office: Office) -> None:
    query = """SELECT relname FROM pg_class WHERE relnamespace IN ('public'::regnamespace, 'priv'::regnamespace)
               AND (relkind = 'm' OR relkind = 'v' AND NOT coalesce(reloptions, '{}') @> '{security_invoker=true}')"""
    assert rows(office, query) == []


def test_functions_have_a_fixed_search_path(office: Office) -> None:
    query = """SELECT p.proname, p.prosecdef, p.proconfig FROM pg_proc p
               WHERE p.pronamespace IN ('public'::regnamespace, 'priv'::regnamespace)
               AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"""
    found = rows(office, query)
    assert len(found) > 15
    assert [row.proname for row in found if 'search_path=""' not in (row.proconfig or ())] == []


def test_functions_aren_t_open_to_everybody(office: Office) -> None:
    query = """SELECT p.proname FROM pg_proc p WHERE p.pronamespace IN ('public'::regnamespace, 'priv'::regnamespace)
               AND p.prosecdef AND has_function_privilege('public', p.oid, 'EXECUTE')"""
    assert rows(office, query) == []


def test_roles_can_t_log_in_or_pass_row_security_by(office: Office) -> None:
    query = """SELECT rolname FROM pg_roles WHERE rolname LIKE 'partnertui\\_%' AND (rolcanlogin OR rolsuper
               OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)"""
    assert rows(office, query) == []
    assert len(rows(office, "SELECT 1 FROM pg_roles WHERE rolname LIKE 'partnertui\\_%'")) == len(ROLES)


def test_what_partners_list_has_an_index_by_partner(office: Office) -> None:
    query = """SELECT DISTINCT i.indrelid::regclass::text AS name FROM pg_index i
               JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
               WHERE a.attname = 'partner_id'"""
    indexed = {row.name.removeprefix("public.") for row in rows(office, query)}
    few = {"cdrs", "drafts", "incident_failures", "operators", "probe_runs"}  # CDRs have slots, the others are few
    owned = {table.name for table in tables() if "partner_id" in table.c and table.name not in NOT_FOR_PARTNERS}
    assert owned - indexed <= few


def test_foreign_keys_have_an_index(office: Office) -> None:
    query = """SELECT c.conrelid::regclass::text AS name, a.attname AS col, c.confrelid::regclass::text AS parent
               FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
               WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND NOT EXISTS (
                 SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])"""
    # rows of these parents are hardly ever deleted, or the tables that point to them are small
    missing = {(row.name, row.col) for row in rows(office, query) if row.col.endswith(("customer_id", "ticket_id"))}
    assert missing == set()


def test_domain_and_database_agree() -> None:
    writes = {table.name for table in tables() if "INSERT" in grants(table, "partner")}
    assert writes == PARTNER_TABLES
    assert not PARTNER_TABLES & (OFFICE_TABLES | NOT_FOR_PARTNERS)
    assert PARTNER_DELETES <= PARTNER_TABLES
    assert PARTNER_DELETES <= STAFF_DELETES
    for table in tables():
        if table.name in ADMIN_TABLES:
            assert all("UPDATE" not in grants(table, role) for role in ROLES if role not in {"admin", "service"})
    for mapper in Base.registry.mappers:
        name = mapper.class_.__tablename__
        obj = mapper.class_(partner_id=7) if "partner_id" in mapper.local_table.columns else mapper.class_()
        if name in PARTNER_TABLES and name != "invoice_counters":
            require_write(PAT, obj)
        elif name not in PARTNER_TABLES:
            with pytest.raises(NotAllowed):
                require_write(PAT, obj)
