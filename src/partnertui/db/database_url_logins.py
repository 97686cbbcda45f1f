"""Database URLs of another login, and passwords typed in this run, by URL."""

from __future__ import annotations

import getpass
import os

from sqlalchemy import Connection

from partnertui.db.database_url import parse_url

_passwords: dict[str, str] = {}
"""Passwords that were typed in this run, by the URL of the database; never in the settings, so in no file."""


def url_of_user(url: str, login: str) -> str:
    """The URL of a PostgreSQL database for another user, without the password of the old one; others as they are."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite" or parsed.username == login:
        return url
    return parsed._replace(username=login, password=None).render_as_string(hide_password=False)


def login_of(url: str) -> str:
    """The user that a URL of PostgreSQL connects as."""
    return parse_url(url).username or os.environ.get("PGUSER") or getpass.getuser()


def remember_password(url: str, password: str) -> None:
    """Uses a password that was typed for every connection to a URL from now on, in this run alone."""
    _passwords[url] = password


def typed_password(url: str) -> str:
    """The password that was typed for a URL; "" if none was."""
    return _passwords.get(url, "")


def used_password(connection: Connection) -> bool:
    """Whether PostgreSQL asked this connection for a password."""
    driver = connection.connection.driver_connection
    return connection.dialect.name == "postgresql" and driver is not None and bool(driver.pgconn.used_password)
