"""Reads a database's URL, also libpq's form with several hosts."""

from __future__ import annotations

import re

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from partnertui.db.errors import DatabaseNotFound

SEVERAL_HOSTS = re.compile(
    r"(?P<begin>[^:/?#]+://(?:[^@/?#]*@)?)(?P<hosts>[^/?#@]*,[^/?#]*)(?P<path>/[^?#]*)?(?:\?(?P<query>.*))?"
)


def parse_url(url: str) -> URL:
    """The parts of a URL; raises DatabaseNotFound for one that isn't valid.

    `db1:5432,db2:5433` is how libpq writes several hosts (PostgreSQL, section 34.1.1.2); SQLAlchemy takes them as
    `?host=db1:5432&host=db2:5433`.
    """
    if (found := SEVERAL_HOSTS.fullmatch(url)) and ":" in found["hosts"]:
        hosts = "&".join(f"host={host}" for host in found["hosts"].split(","))
        url = f"{found['begin']}{found['path'] or '/'}?{'&'.join(filter(None, (hosts, found['query'])))}"
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise DatabaseNotFound(
            "The database URL isn't valid.", "Use the format sqlite:///path or postgresql://user@host/name."
        ) from None
