"""SIP transactions of a call: a request with its own responses, matched by branch and CSeq (RFC 3261, section 17)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from partnertui.calls.trace_model import Endpoint, Message, Trace

MAX_TRANSLATION_US = 10_000_000
"""Identical bytes between other addresses within this time are one message before and after address translation."""


@dataclass
class Transaction:
    """One request and what was answered to it on one hop; the numbers are indexes into `Trace.messages`.

    `client` and `server`: addresses of the side that asked and of the side that was asked. `request` is None where only
    responses were captured.
    """

    method: str
    call_id: str
    cseq: int
    branch: str
    client: str
    server: str
    request: int | None = None
    responses: list[int] = field(default_factory=list)
    final: int | None = None
    code: int = 0

    @property
    def first(self) -> int:
        """The first message of it that was captured."""
        return self.request if self.request is not None else self.responses[0]

    @property
    def evidence(self) -> tuple[int | None, ...]:
        """The request and its final answer."""
        return self.request, self.final


@dataclass(frozen=True)
class Hops:
    """Which endpoints are one host, and which messages were captured on both sides of an address translation.

    `shared`: addresses that several hosts have, as on a loopback interface; there the port tells them apart.
    """

    hosts: dict[str, str]
    seen_before: frozenset[int]
    shared: frozenset[str] = frozenset()

    def host(self, endpoint: Endpoint) -> str:
        """The address that stands for a host."""
        if endpoint.address in self.shared:
            return str(endpoint)
        return self.hosts.get(endpoint.address, endpoint.address)


def translated(messages: Sequence[Message]) -> Hops:
    """Finds messages that were captured before and after an address was translated."""
    first: dict[bytes, Message] = {}
    hosts: dict[str, str] = {}
    seen: set[int] = set()
    for index, message in enumerate(messages):
        known = first.setdefault(message.data, message)
        same = (known.source, known.destination) == (message.source, message.destination)
        # sent back to where it came from: a loop, and no translation
        if same or message.time_us - known.time_us > MAX_TRANSLATION_US or known.destination == message.source:
            continue
        ends = ((known.source, message.source), (known.destination, message.destination))
        changed = [(one.address, other.address) for one, other in ends if one != other]
        # NAT changes one end; where both differ a proxy without changes to the message is likelier
        if len(changed) == 1:
            seen.add(index)
            one, other = changed[0]
            if one != other:
                hosts.setdefault(other, hosts.get(one, one))
    shared = frozenset(m.source.address for m in messages if m.source.address == m.destination.address)
    return Hops(hosts, frozenset(seen), shared)


def transactions_of(trace: Trace, hops: Hops) -> list[Transaction]:
    """All transactions, in the order of their first message. Repetitions and copies count once."""
    made: dict[tuple[str, ...], Transaction] = {}
    anywhere: dict[tuple[str, ...], Transaction] = {}
    indexes = [i for i in range(len(trace.messages)) if i not in trace.repeats and i not in hops.seen_before]
    # All requests before any answer: by the clocks of two captures an answer may stand before its request.
    for index in (i for i in indexes if not trace.messages[i].status and trace.messages[i].method):
        message = trace.messages[index]
        found = _transaction(made, message, hops.host(message.source), hops.host(message.destination))
        found.request = index if found.request is None else found.request
        anywhere.setdefault(_key(message), found)
    for index in (i for i in indexes if trace.messages[i].status):
        message = trace.messages[index]
        client, server = hops.host(message.destination), hops.host(message.source)
        known = made.get((*_key(message), client, server))
        if known is None and message.reading.branch:
            # an answer may come back by another address (NAT, a host with several): its branch still names the request
            known = anywhere.get(_key(message))
        found = known or _transaction(made, message, client, server)
        found.responses.append(index)
        # a forked INVITE may get several finals: a 2xx counts more than the refusal of another branch
        if message.status >= 200 and (found.final is None or (found.code >= 300 > message.status)):
            found.final, found.code = index, message.status
    return sorted(made.values(), key=lambda transaction: transaction.first)


def _key(message: Message) -> tuple[str, ...]:
    reading = message.reading
    # With the method: CANCEL and the ACK of a refusal have the branch of their INVITE (RFC 3261, 9.1 and 17.1.1.3).
    return reading.call_id, reading.method, str(reading.cseq), reading.branch


def _transaction(made: dict[tuple[str, ...], Transaction], message: Message, client: str, server: str) -> Transaction:
    key = (*_key(message), client, server)
    if key not in made:
        reading = message.reading
        made[key] = Transaction(reading.method, reading.call_id, reading.cseq, reading.branch, client, server)
    return made[key]


def requests(transactions: Iterable[Transaction]) -> list[int]:
    """The requests of transactions, of those where it was captured."""
    return [one.request for one in transactions if one.request is not None]
