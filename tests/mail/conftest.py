"""A Dovecot and an SMTP server before it, which the tests share; each test has addresses of its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from tests.mail.dovecot import Dovecot
from tests.mail.smtp_server import SmtpServer
from tests.mail.token_server import TokenServer

from partnertui.mail.html_text import HtmlReader

_numbers = count(1)


@pytest.fixture(scope="session")
def tokens() -> Iterator[TokenServer]:
    """A token server."""
    server = TokenServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def dovecot(tokens: TokenServer) -> Iterator[Dovecot]:
    """A mail store with any account."""
    server = Dovecot(tokens.port)
    yield server
    server.stop()


@pytest.fixture
def smtp(dovecot: Dovecot) -> Iterator[SmtpServer]:
    """An SMTP server that delivers into it."""
    server = SmtpServer(dovecot)
    yield server
    server.stop()


@pytest.fixture
def support() -> str:
    """An address of support that no other test uses."""
    return f"help{next(_numbers)}@example.com"


@pytest.fixture(scope="session")
def html() -> Iterator[HtmlReader]:
    """What turns HTML into text."""
    with HtmlReader() as reader:
        yield reader
