"""Asks an XMPP server whether it serves a domain, without logging in (RFC 6120, 4.3)."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slixmpp import ClientXMPP
from slixmpp.jid import InvalidJID
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

from partnertui.domain.errors import DomainError
from partnertui.domain.safe_text import one_line

if TYPE_CHECKING:
    from slixmpp.xmlstream import StanzaBase

CLIENT_PORT = 5222
UNKNOWN_HOST = frozenset({"host-unknown", "host-gone"})
"""Stream errors that say that the server doesn't serve a domain (RFC 6120, 4.9.3)."""
TLS, SASL = "{urn:ietf:params:xml:ns:xmpp-tls}", "{urn:ietf:params:xml:ns:xmpp-sasl}"


@dataclass(frozen=True)
class XmppLook:
    """What a server answered. `served` is None where that tells nothing about the domain."""

    served: bool | None
    words: str
    tls: str = ""
    """Whether encryption is offered or required, in words."""
    logins: tuple[str, ...] = ()
    """SASL mechanisms; none are shown where encryption comes first."""
    milliseconds: float = 0


def read_server(typed: str) -> tuple[str, int]:
    """Host and port of `host:port`, `host` or `[2001:db8::1]:5222`; raises DomainError."""
    host, colon, port = typed.strip().rpartition(":")
    if not colon or typed.strip().endswith("]"):
        host, port = typed.strip(), str(CLIENT_PORT)
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:
        raise DomainError(
            f"xmpp.server “{one_line(typed, 60)}” isn't a host or host:port.",
            advice="Use the format xmpp.example.net:5222.",
        )
    return host.strip("[]"), int(port)


def look_up_domain(domain: str, server: str, seconds: float) -> XmppLook:
    """Opens a stream to a domain at `server` (host:port) and reads what the server offers, within some seconds.

    To be called in a thread: it imports slixmpp and runs an event loop of its own, because slixmpp leaves tasks behind.
    Raises DomainError if `server` can't be read or `domain` can't be one; a server that is down is an answer.
    """
    return asyncio.run(_look(domain, *read_server(server), seconds))


async def _look(domain: str, host: str, port: int, seconds: float) -> XmppLook:
    try:
        client = ClientXMPP(domain, "")
    except InvalidJID:
        raise DomainError(f"“{one_line(domain, 60)}” isn't a valid XMPP domain.") from None
    # No TLS: the first features, which say whether it is offered, come before it (RFC 6120, section 5.4.1).
    client.enable_direct_tls, client.enable_starttls, client.enable_plaintext = False, False, True
    answer: asyncio.Future[XmppLook] = asyncio.get_running_loop().create_future()
    started = time.perf_counter()

    def settle(look: XmppLook) -> None:
        if not answer.done():
            answer.set_result(look)

    def features(stanza: StanzaBase) -> None:
        settle(_served(stanza, (time.perf_counter() - started) * 1000))

    def failed(reason: object) -> None:
        settle(XmppLook(None, f"{host}:{port} can't be reached."))

    client.remove_handler("Stream Features")  # slixmpp's own would log in
    client.register_handler(Callback("Features", MatchXPath(f"{{{client.stream_ns}}}features"), features))
    client.add_event_handler("stream_error", lambda error: settle(_refused(str(error["condition"]))))
    client.add_event_handler("connection_failed", failed)
    client.add_event_handler("disconnected", lambda reason: settle(XmppLook(None, "The server closed the connection.")))
    client.connect(host, port)
    try:
        return await asyncio.wait_for(answer, seconds)
    except TimeoutError:
        return XmppLook(None, f"{host}:{port} didn't respond within {seconds:g} seconds.")
    finally:
        client.cancel_connection_attempt()
        await client.disconnect(wait=0.2, ignore_send_queue=True)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


def _served(stanza: StanzaBase, milliseconds: float) -> XmppLook:
    starttls = stanza.xml.find(f"{TLS}starttls")
    tls = "not offered" if starttls is None else "offered"
    if starttls is not None and starttls.find(f"{TLS}required") is not None:
        tls = "required"
    logins = tuple(sorted(one_line(found.text or "", 40) for found in stanza.xml.iter(f"{SASL}mechanism")))
    return XmppLook(True, "The server serves the domain.", tls, logins, milliseconds)


def _refused(condition: str) -> XmppLook:
    if condition in UNKNOWN_HOST:
        return XmppLook(False, f"The server doesn't serve the domain ({condition}).")
    return XmppLook(None, f"The server refused the stream: {one_line(condition, 60)}.")
