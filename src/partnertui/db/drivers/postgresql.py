"""PostgreSQL through psycopg 3: never prepared (a generic plan cost seconds), time limits on both sides."""

from __future__ import annotations

import contextlib
import os
import socket
from typing import Any

import psycopg
from sqlalchemy import URL, Engine, create_engine, event

CONNECT_SECONDS = 5


def make_engine(url: URL, read_only: bool) -> Engine:
    """An engine whose connections are opened on first use, in UTC."""
    options = "-c timezone=UTC -c application_name=partnertui -c jit=off"
    if read_only:
        options += " -c default_transaction_read_only=on"
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=4,
        max_overflow=8,
        pool_recycle=1800,
        connect_args={"connect_timeout": CONNECT_SECONDS, "prepare_threshold": None, "options": options},
    )
    event.listen(engine, "connect", _quiet)
    return engine


def _quiet(raw: Any, record: object) -> None:
    """Cancelling needs a connection of its own, which must not wait for ever either."""
    raw.prepare_threshold = None


def stop(raw: psycopg.Connection[Any]) -> None:
    """Cancels what the connection runs, on the server."""
    with contextlib.suppress(psycopg.Error):
        raw.cancel_safe(timeout=CONNECT_SECONDS)


def kill(raw: psycopg.Connection[Any]) -> None:
    """Breaks the connection under a call that waits for a server which does not even answer the cancel."""
    with contextlib.suppress(OSError, psycopg.Error):
        copy = socket.socket(fileno=os.dup(raw.fileno()))
        copy.shutdown(socket.SHUT_RDWR)
        copy.close()
