"""The lab, once for all tests that ask for it; they run in one process, one kind of database after the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.lab.labtools import Lab


@pytest.hookimpl(tryfirst=True)  # xdist looks at the groups in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that uses the lab is a lab test, and all of them share one worker."""
    for item in items:
        if {"lab", "sqlite_lab", "pgsql_lab"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.lab)
            item.add_marker(pytest.mark.xdist_group("lab"))


@pytest.fixture(scope="session", params=["sqlite", "pgsql"])
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    """The lab with Kamailio on SQLite, and again on PostgreSQL."""
    yield from _running(request.param)


@pytest.fixture
def sqlite_lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    """A lab of the test's own, for those that break something."""
    yield from _running("sqlite")


def _running(database: str) -> Iterator[Lab]:
    lab = Lab(database)
    lab.up()
    try:
        yield lab
    finally:
        lab.down()
