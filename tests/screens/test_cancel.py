"""A new filter ends the old query in the database, and keys are answered while one runs: seen in PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection
from tests.db.makers import staff
from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings
from partnertui.config.settings import DatabaseSettings
from partnertui.db.database import Database
from partnertui.db.rows.filter_criteria import Contains
from partnertui.db.rows.listing import Listing, PageOfRows
from partnertui.screenshot import settle

SLOW = """select count(*) from pg_stat_activity
    where state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()"""


@pytest.mark.postgresql
async def test_a_new_filter_ends_the_old_query(
    postgres_database: Database, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff(postgres_database)
    database = DatabaseSettings(url=postgres_database.url)
    settings = Settings(database=database, theme="dark", operator="ann", development=True)
    with psycopg.connect(postgres_database.url, autocommit=True) as watch:

        def sleeping() -> int:
            row = watch.execute(SLOW).fetchone()
            return row[0] if row else 0

        async def until(number: int) -> None:
            end = time.monotonic() + 10
            while sleeping() != number:
                assert time.monotonic() < end, (sleeping(), number)
                await asyncio.sleep(0.02)

        async with agent_at(settings, folders, "users") as agent:
            from partnertui.db.rows.select_source import TableSource

            fetch_page = TableSource.fetch_page

            def slow(self: TableSource, connection: Connection, asked: Listing, **options: Any) -> PageOfRows:
                if any(isinstance(criterion, Contains) for criterion in asked.criteria):
                    connection.exec_driver_sql("select pg_sleep(30)")
                return fetch_page(self, connection, asked, **options)

            monkeypatch.setattr(TableSource, "fetch_page", slow)
            agent.view.bar.replace("name:first")
            await until(1)
            await agent.pilot.press("question_mark")
            await agent.pilot.pause()
            assert "Help: Users" in agent.screen, "keys are answered while the query runs"
            await agent.pilot.press("escape")
            agent.view.bar.replace("state:active")
            await until(0)
            await settle(agent.app)
            assert agent.view.error is None
