"""The columns of a ladder: its hosts, their order and names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from partnertui.calls.trace_model import Endpoint, Message, Stream
from partnertui.domain.safe_text import one_line
from partnertui.domain.sip_and_q850_codes import CHALLENGES
from partnertui.ladder.model import Participant

Key = tuple[str, int | None]


@dataclass
class Columns:
    """Hosts in order of appearance; an address in `split` has a column for each of its ports."""

    split: frozenset[str]
    keys: dict[Key, int] = field(default_factory=dict)
    media: dict[tuple[str, int], int] = field(default_factory=dict)
    """Address and port of a session description -> the column that sent it."""

    def key(self, endpoint: Endpoint) -> Key:
        """The key of a column: address, and port where an address has several roles."""
        return endpoint.address, endpoint.port if endpoint.address in self.split else None

    def column(self, endpoint: Endpoint) -> int:
        """The column of an endpoint; a new one at the right where it has none."""
        return self.keys.setdefault(self.key(endpoint), len(self.keys))

    def known(self, endpoint: Endpoint) -> int | None:
        """The column that sends or receives media there: by address, or because its SDP named the endpoint."""
        found = self.keys.get(self.key(endpoint)) if endpoint.address not in self.split else None
        return found if found is not None else self.media.get((endpoint.address, endpoint.port))

    def media_column(self, endpoint: Endpoint) -> int:
        """The column of an RTP endpoint; a new one if no signalling came from there."""
        found = self.known(endpoint)
        if found is None and endpoint.address in self.split:
            found = next((index for (address, _), index in self.keys.items() if address == endpoint.address), None)
        return self.column(endpoint) if found is None else found


def columns_of(messages: Sequence[Message], split: frozenset[str]) -> Columns:
    """The columns of these messages: the side that began it is leftmost, the others follow as they appear."""
    columns = Columns(split)
    begins = next((message for message in messages if message.is_request("INVITE")), None)
    for message in (*([begins] if begins else []), *messages):
        source = columns.column(message.source)
        columns.column(message.destination)
        if message.sdp is not None:
            for media in message.sdp.media:
                columns.media.setdefault((media.address, media.port), source)
    return columns


def split_addresses(messages: Sequence[Message]) -> frozenset[str]:
    """Addresses with several roles: they talk to themselves, or call out of one port and are called at another.

    The second is a NAT with two phones behind it. A proxy with a connection for each peer is not: it is called first.
    """
    found = {message.source.address for message in messages if message.source.address == message.destination.address}
    invites = [message for message in messages if message.is_request("INVITE") and not message.reading.to_tag]
    if invites:
        caller = invites[0].source
        if any(m.destination.address == caller.address and m.destination.port != caller.port for m in invites):
            found.add(caller.address)
    return frozenset(found)


def participants_of(columns: Columns, messages: Sequence[Message], names: Mapping[str, str]) -> tuple[Participant, ...]:
    """Names for the columns: those given by address, address and port or role, else the role of the position.

    `messages`: all of the trace, so that nobody is called another name when some of them are hidden.
    """
    every = columns_of(messages, columns.split)
    named = roles(every, messages)
    guessed = {key: named.get(index, "") for key, index in every.keys.items()}
    found = []
    for address, port in columns.keys:
        bare = Participant(one_line(address, 64), port)
        given = names.get(str(Endpoint(address, port))) if port is not None else None
        role = guessed.get((address, port), "media")
        given = given or names.get(address) or names.get(role)
        name = one_line(given, 64) if given else role
        found.append(Participant(bare.address, port, name, bool(given)))
    return tuple(found)


def roles(columns: Columns, messages: Sequence[Message]) -> dict[int, str]:
    """The role of each host, from what it sends and receives: caller, proxy, called; phone, registrar; client, server.

    Who is called and asks for a password is no phone but a platform; who sends what came by way of others is a proxy.
    """
    begins: tuple[str, ...] = ()
    if any(message.is_request("INVITE") for message in messages):
        begins, words = ("INVITE",), ("caller", "proxy", "called")
    elif any(message.is_request("REGISTER") for message in messages):
        begins, words = ("REGISTER",), ("phone", "proxy", "registrar")
    else:
        words = ("client", "proxy", "server")
    sends: dict[int, None] = {}
    gets: dict[int, None] = {}
    for message in messages:
        if message.is_request(*begins) if begins else message.reading.is_request:
            # Within a dialog either end sends requests (RFC 3261, section 12.2), which tells no role.
            if begins and message.reading.to_tag:
                continue
            sends.setdefault(columns.column(message.source))
            gets.setdefault(columns.column(message.destination))
    passes = {columns.column(m.source) for m in messages if m.is_request("INVITE") and _passed_on(m)}
    asks = {columns.column(m.source) for m in messages if begins == ("INVITE",) and m.status in CHALLENGES}
    last = [index for index in gets if index not in sends]
    groups = (
        (words[0], [index for index in sends if index not in gets and index not in passes]),
        (words[1], [index for index in sends if index in gets or index in passes]),
        (words[2], [index for index in last if index not in asks]),
        ("platform", [index for index in last if index in asks]),
    )
    named: dict[int, str] = {}
    for word, indexes in groups:
        for number, index in enumerate(indexes, 1):
            named[index] = word if len(indexes) == 1 else f"{word} {number}"
    return named


def _passed_on(message: Message) -> bool:
    """True for a request that was forwarded: each proxy adds its Via (RFC 3261, 16.6)."""
    vias = message.reading.headers.all("via")
    # One line may hold several, separated by commas (RFC 3261, section 7.3.1).
    return sum(via.count("SIP/2.0") for via in vias) > 1


def belongs(columns: Columns, stream: Stream) -> bool:
    """True if a stream starts or ends at a host whose signalling is shown."""
    return columns.known(stream.source) is not None or columns.known(stream.destination) is not None
