"""Build OPTIONS requests and match their responses (RFC 3261, sections 8.1.1 and 17.1.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from partnertui.probes.allowed_addresses import ProbeRefused
from partnertui.probes.sip_options.destination import bracketed
from partnertui.probes.sip_options.events import Answered
from partnertui.probes.sip_options.message_log import ConnectionLog
from partnertui.probes.sip_options.registration_target import Target
from partnertui.probes.sip_options.request_text import Options, new_branch, new_call_id, new_tag
from partnertui.sip.address import parse_address, parse_vias
from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.mandatory_headers import parse_cseq
from partnertui.sip.message import Request, Response, parse_message

AGENT = "partnertui"


@dataclass(frozen=True)
class Identity:
    """How we identify ourselves: the From URI, empty for our address, and the User-Agent."""

    from_uri: str = ""
    user_agent: str = AGENT


def build_request(target: Target, log: ConnectionLog, identity: Identity) -> Options:
    """Build the request to a target from our end of a connection. Raises ProbeRefused if the target is malformed."""
    host, port = log.local
    ours, aor = bracketed(host), target.aor
    # Kamailio stores an AOR without scheme, and without domain where use_domain is 0
    if aor[:4].lower() not in {"sip:", "sips"}:
        aor = f"sip:{aor}" if "@" in aor else f"sip:{aor}@{bracketed(target.server.host)}"
    options = Options(
        target.request_uri,
        f"{ours}:{port}",
        identity.from_uri or f"sip:{AGENT}@{ours}",
        aor,
        transport=log.transport.upper(),
        routes=target.routes,
        user_agent=identity.user_agent,
    )
    try:
        options.render()
    except SipSyntaxError as error:
        raise ProbeRefused(
            f"No request can be built for this registration: {error}.", advice="Check its AOR and contact."
        ) from None
    return options


def next_request(options: Options) -> Options:
    """The next request of a series, with new identifiers: they belong to no common dialog (RFC 3261, section 8.1.1)."""
    return replace(options, branch=new_branch(), call_id=new_call_id(), tag=new_tag(), cseq=options.cseq + 1)


def parse_response(data: bytes) -> Response | str | None:
    """Parse a response; None for a request or a keep-alive, an error message for anything other than SIP."""
    if not data.strip(b"\r\n\0"):
        return None
    try:
        message = parse_message(data)
    except SipSyntaxError as error:
        return str(error)
    return None if isinstance(message, Request) else message


def branch_of(response: Response) -> str:
    """The branch of the only Via; empty when there are several, or none is readable."""
    vias = [via for value in response.headers.all("via") for via in parse_vias(value)]
    # A response with more than one Via was misrouted and is to be discarded (RFC 3261, section 8.1.3.3).
    return vias[0].branch if len(vias) == 1 else ""


def is_response_to(response: Response, options: Options) -> bool:
    """Whether the response belongs to this request: branch, CSeq, Call-ID and From tag all match."""
    headers = response.headers
    return (
        branch_of(response) == options.branch
        and parse_cseq(headers.first("cseq")) == (options.cseq, "OPTIONS")
        and headers.first("call-id") == options.call_id
        and parse_address(headers.first("from")).parameters.get("tag") == options.tag
    )


def answered_event(response: Response, milliseconds: float, sent: int, untrusted: str = "") -> Answered:
    """The event for a final response."""
    headers = response.headers
    allow = tuple(word.strip() for value in headers.all("allow") for word in value.split(",") if word.strip())
    lines = [f"SIP/2.0 {response.status} {response.reason}", *(f"{name}: {value}" for name, value in headers.items)]
    return Answered(
        response.status,
        response.reason,
        milliseconds,
        sent,
        headers.first("user-agent"),
        headers.first("server"),
        allow,
        headers.first("warning"),
        "\n".join(lines),
        untrusted,
    )
