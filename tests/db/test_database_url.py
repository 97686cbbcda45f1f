"""URLs as libpq and SQLAlchemy write them."""

from __future__ import annotations

import pytest

from partnertui.db.database_url import parse_url
from partnertui.db.errors import DatabaseNotFound


@pytest.mark.parametrize(
    ("url", "hosts", "database"),
    [
        ("postgresql://u:p%40@db1:5432,db2:5433/x?target_session_attrs=read-write", ("db1:5432", "db2:5433"), "x"),
        ("postgresql://db1,db2:5433/x", ("db1", "db2:5433"), "x"),
        ("postgresql+psycopg://u@127.0.0.1:6001,127.0.0.1:6002/x", ("127.0.0.1:6001", "127.0.0.1:6002"), "x"),
    ],
)
def test_several_hosts_with_ports(url: str, hosts: tuple[str, ...], database: str) -> None:
    found = parse_url(url)
    assert (found.query["host"], found.database, found.host) == (hosts, database, None)


def test_what_else_is_in_it_stays() -> None:
    found = parse_url("postgresql://u:p%40:,@db1:5432,db2:5433/x?target_session_attrs=read-write")
    assert (found.username, found.password, found.query["target_session_attrs"]) == ("u", "p@:,", "read-write")
    assert parse_url("postgresql://u@db1,db2/x").host == "db1,db2"
    assert parse_url("sqlite:////a,b:c/d.db").database == "/a,b:c/d.db"


@pytest.mark.parametrize("url", ["postgresql://u@db1:five/x", "no url"])
def test_what_is_no_url_is_a_sentence(url: str) -> None:
    with pytest.raises(DatabaseNotFound, match="The database URL isn't valid"):
        parse_url(url)
