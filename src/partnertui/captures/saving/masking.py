"""Makes a copy of a trace that names nobody: masks numbers, users, addresses and names; codes and times stay.

A message is not searched for what to hide: it is written anew of parts that are known to be harmless and of masks.
What a header may hold is declared in a table; a header that is not in it keeps its name only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from partnertui.calls.trace_model import ConnectivityCheck, Endpoint, IcmpError, Message, Stream, Trace
from partnertui.captures.saving.masked_sdp import masked_body
from partnertui.captures.saving.masked_uri import masked_address, masked_uri, masked_via
from partnertui.captures.saving.pseudonyms import HIDDEN, Masks
from partnertui.sip.headers import plain_name

_DIGEST = re.compile(r'([\w-]+)\s*=\s*("[^"]*"|[^\s,"]+)')
_WARNING = re.compile(r'\s*(\d{3})\s+(\S+)\s*(?:"(.*)")?.*', re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,24}")
_SESSION = re.compile(r"[0-9a-fA-F]{32}")
Mask = Callable[[Masks, str], str]


def masked(trace: Trace) -> Trace:
    """The trace with everything replaced that tells who called; User-Agent, codecs, codes and times stay."""
    masks = Masks(_all_text(trace))
    # All once before: the text of a message may hold a name that only a later header tells.
    for message in trace.messages:
        _message(masks, message)
    masks.learned()
    return replace(
        trace,
        messages=tuple(_message(masks, message) for message in trace.messages),
        streams=tuple(_stream(masks, stream) for stream in trace.streams),
        missing=tuple(masks.scrub(sentence) for sentence in trace.missing),
        icmp_errors=tuple(_icmp_error(masks, error) for error in trace.icmp_errors),
        checks=tuple(_check(masks, check) for check in trace.checks),
        clocks={},  # names of files
        known=(),  # short user names can't be found in sentences
    )


def _all_text(trace: Trace) -> str:
    """All of the original, in which masks must not occur."""
    ways: list[Message | Stream | IcmpError | ConnectivityCheck] = [
        *trace.messages,
        *trace.streams,
        *trace.icmp_errors,
        *trace.checks,
    ]
    addresses = {end.address for one in ways for end in (one.source, one.destination)}
    return "\n".join([*(one.data.decode("utf-8", "replace") for one in trace.messages), *addresses])


def _message(masks: Masks, message: Message) -> Message:
    return replace(
        message,
        source=_endpoint(masks, message.source),
        destination=_endpoint(masks, message.destination),
        data=masked_data(masks, message),
        origin="masked",
    )


def _stream(masks: Masks, stream: Stream) -> Stream:
    return replace(
        stream,
        source=_endpoint(masks, stream.source),
        destination=_endpoint(masks, stream.destination),
        codec=masks.known(stream.codec),
    )


def _icmp_error(masks: Masks, error: IcmpError) -> IcmpError:
    ends = _endpoint(masks, error.source), _endpoint(masks, error.destination)
    return replace(error, router=masks.host(error.router), source=ends[0], destination=ends[1], origin="masked")


def _check(masks: Masks, check: ConnectivityCheck) -> ConnectivityCheck:
    return replace(check, source=_endpoint(masks, check.source), destination=_endpoint(masks, check.destination))


def _endpoint(masks: Masks, endpoint: Endpoint) -> Endpoint:
    return Endpoint(masks.host(endpoint.address), endpoint.port)


def masked_data(masks: Masks, message: Message) -> bytes:
    """The bytes of one message, written anew."""
    reading = message.reading
    if not reading.status and not reading.method:
        return f"(not SIP, {len(message.data)} bytes, masked)\r\n".encode()
    if reading.status:
        first = f"SIP/2.0 {reading.status} {masks.scrub(reading.reason)}".rstrip()
    else:
        first = f"{_method(masks, reading.method)} {masked_uri(masks, reading.uri)} SIP/2.0"
    kind, body = masked_body(masks, reading.headers.first("content-type"), reading.body)
    own = {"content-type": kind, "content-length": str(len(body))}
    lines = [first]
    for name, value in reading.headers.items:
        plain = plain_name(name)
        made = own.get(plain) if plain in own else HEADERS.get(plain, _hidden)(masks, value)
        if made:
            lines.append(f"{masks.known(name)}: {_one_line(made)}")
    return "\r\n".join([_one_line(lines[0]), *lines[1:], "", ""]).encode("utf-8", "replace") + body


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


def _hidden(masks: Masks, value: str) -> str:
    return HIDDEN


def _cseq(masks: Masks, value: str) -> str:
    number, _, method = value.strip().partition(" ")
    return f"{number if number.isdigit() else 0} {_method(masks, method.strip())}"


def _method(masks: Masks, method: str) -> str:
    return method if method.upper() in METHODS else masks.known(method)


def _call(masks: Masks, value: str) -> str:
    """A Call-ID, or several; with the tags that Replaces has (RFC 3891)."""
    first, *rest = value.split(";")
    tags = (part.partition("=") for part in rest)
    found = [f";{name.strip()}={masks.token('tag', tag.strip())}" for name, _, tag in tags if name.strip() in _TAGS]
    return ", ".join(masks.token("call", part.strip()) for part in first.split(",")) + "".join(found)


_TAGS = {"to-tag", "from-tag"}
METHODS = frozenset(
    (
        "INVITE",
        "ACK",
        "BYE",
        "CANCEL",
        "REGISTER",
        "OPTIONS",
        "PRACK",
        "UPDATE",
        "INFO",
        "REFER",
        "SUBSCRIBE",
        "NOTIFY",
        "MESSAGE",
        "PUBLISH",
    )
)


def _session(masks: Masks, value: str) -> str:
    return ";remote=".join(masks.session(word.lower()) for word in _SESSION.findall(value)) or HIDDEN


def _digest(masks: Masks, value: str) -> str:
    """Who and where, masked; what a password could be guessed from is left out (RFC 7616)."""
    scheme = value.strip().partition(" ")[0]
    kept = [scheme if _PLAIN.fullmatch(scheme) and scheme.isalpha() else "Digest"]
    parts = []
    for name, quoted in _DIGEST.findall(value.strip().partition(" ")[2]):
        word, name = quoted.strip('"'), name.lower()
        if name == "username":
            parts.append(f'username="{masks.user(word.partition("@")[0])}"')
        elif name == "realm":
            parts.append(f'realm="{masks.host(word)}"')
        elif name in {"algorithm", "qop", "stale"} and _PLAIN.fullmatch(word):
            parts.append(f"{name}={masks.known(word)}")
    return f"{kept[0]} {', '.join(parts)}".strip()


def _warning(masks: Masks, value: str) -> str:
    match = _WARNING.fullmatch(value)
    if match is None:
        return HIDDEN
    # One colon is that of a port; IPv6 addresses have more.
    host = match[2].rpartition(":")[0] if match[2].count(":") == 1 else match[2]
    return f'{match[1]} {masks.host(host)} "{masks.scrub(match[3] or "")}"'


HEADERS: dict[str, Mask] = {
    **dict.fromkeys(
        (
            "from",
            "to",
            "contact",
            "route",
            "record-route",
            "path",
            "service-route",
            "reply-to",
            "refer-to",
            "referred-by",
            "diversion",
            "history-info",
            "p-asserted-identity",
            "p-preferred-identity",
            "remote-party-id",
            "p-called-party-id",
            "p-associated-uri",
            "p-charge-info",
            "alert-info",
            "call-info",
        ),
        masked_address,
    ),
    **dict.fromkeys(("call-id", "in-reply-to", "replaces", "x-cid", "x-call-id", "x-callid"), _call),
    **dict.fromkeys(("x-a-leg-call-id", "x-b-leg-call-id", "target-dialog"), _call),
    **dict.fromkeys(("authorization", "proxy-authorization", "www-authenticate", "proxy-authenticate"), _digest),
    **dict.fromkeys(
        (
            "max-forwards",
            "expires",
            "min-expires",
            "allow",
            "supported",
            "require",
            "proxy-require",
            "unsupported",
            "accept",
            "accept-encoding",
            "accept-language",
            "allow-events",
            "event",
            "subscription-state",
            "content-encoding",
            "content-disposition",
            "session-expires",
            "min-se",
            "rseq",
            "rack",
            "retry-after",
            "mime-version",
            "priority",
            "privacy",
            "date",
            "refer-sub",
            "p-early-media",
            "timestamp",
            "user-agent",
            "server",
        ),
        Masks.known,
    ),
    "reason": Masks.scrub,
    "via": masked_via,
    "cseq": _cseq,
    "session-id": _session,
    "warning": _warning,
}
"""How a header is written anew, by its long name."""
