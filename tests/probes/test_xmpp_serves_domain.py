"""What a real Prosody says of a domain, and servers that are down, silent or something else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.probes.prosody import SERVED, free_port, prosody

from partnertui.domain.errors import DomainError
from partnertui.probes.xmpp_serves_domain import look_up_domain, read_server


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """host:port of a Prosody that serves one domain."""
    with prosody() as found:
        yield found


def test_a_domain_that_is_served(server: str) -> None:
    found = look_up_domain(SERVED, server, 10)
    assert (found.served, found.words, found.tls) == (True, "The server serves the domain.", "not offered")
    assert "SCRAM-SHA-1" in found.logins
    assert found.milliseconds > 0


def test_a_domain_that_is_not_served(server: str) -> None:
    found = look_up_domain("other.example.net", server, 10)
    assert (found.served, found.words) == (False, "The server doesn't serve the domain (host-unknown).")


def test_a_server_that_is_down_tells_nothing_about_the_domain() -> None:
    port = free_port()
    found = look_up_domain(SERVED, f"127.0.0.1:{port}", 10)
    assert (found.served, found.words) == (None, f"127.0.0.1:{port} can't be reached.")


@contextmanager
def talker(says: bytes, *, closes: bool) -> Iterator[str]:
    """A server that says something to whoever connects."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        held: list[socket.socket] = []

        def run() -> None:
            connection, _ = listening.accept()
            held.append(connection)
            connection.sendall(says)
            if closes:
                connection.shutdown(socket.SHUT_RDWR)

        thread = threading.Thread(target=run)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        thread.join()
        for connection in held:
            connection.close()


def test_a_silent_server() -> None:
    with talker(b"", closes=False) as server:
        found = look_up_domain(SERVED, server, 0.5)
    assert (found.served, found.words) == (None, f"{server} didn't respond within 0.5 seconds.")


@pytest.mark.parametrize("says", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00\xff<", b"<a/>"])
def test_something_else_than_xmpp(says: bytes) -> None:
    with talker(says, closes=True) as server:
        assert look_up_domain(SERVED, server, 5).served is None


@pytest.mark.parametrize(
    ("typed", "host", "port"),
    [
        ("xmpp.example.net:5223", "xmpp.example.net", 5223),
        ("xmpp.example.net", "xmpp.example.net", 5222),
        ("[2001:db8::1]:5222", "2001:db8::1", 5222),
        ("[2001:db8::1]", "2001:db8::1", 5222),
        (" 192.0.2.1:1 ", "192.0.2.1", 1),
    ],
)
def test_the_server_of_the_settings(typed: str, host: str, port: int) -> None:
    assert read_server(typed) == (host, port)


@pytest.mark.parametrize("typed", ["x:", "x:0", "x:65536", ":5222", "x:http", "x:１２"])
def test_what_is_no_server_is_said(typed: str) -> None:
    with pytest.raises(DomainError, match="host:port"):
        read_server(typed)


def test_what_cannot_be_a_domain_is_said() -> None:
    with pytest.raises(DomainError, match="isn't a valid XMPP domain"):
        look_up_domain("a@b@c", "127.0.0.1:5222", 1)
