"""Rules for requests without a response: phone or server off, lost NAT binding, ICMP error, lost responses."""

from __future__ import annotations

from ipaddress import ip_address

from partnertui.calls.capture_coverage import Evidence
from partnertui.calls.diagnosis.parties_and_quotes import dialled, quote, responder, seconds_text
from partnertui.calls.diagnosis.refusal_meaning import SILENCE
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, Finding, Rule, Subject
from partnertui.calls.diagnosis.verdict import Code
from partnertui.calls.sip_transactions import Transaction
from partnertui.calls.trace_model import IcmpError
from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.uri import parse_uri

LONG_SECONDS = 14.0
"""A request repeated for so long was given up (timers B and F end it after 32 s)."""
REPLY_SECONDS = 0.3
"""A request that is sent again so long after it was answered shows that the answer did not arrive."""


def behind_nat(subject: Subject, transaction: Transaction) -> bool:
    """True where a server asks a phone at another address than the phone's own."""
    analysis, index = subject.analysis, transaction.request
    if index is None or transaction in analysis.initial:
        return False
    message = analysis.message(index)
    try:
        uri = parse_uri(message.reading.uri)
        host = ip_address(uri.host)
    except (SipSyntaxError, ValueError):
        return False
    # Kamailio keeps the address behind NAT in the contact's ;alias (module nathelper).
    return "alias" in dict(uri.parameters) or host != ip_address(message.destination.address)


def _tries(subject: Subject, transaction: Transaction) -> str:
    analysis, index = subject.analysis, transaction.first
    last = max(analysis.repeats_of(index), default=index)
    return f"{analysis.retransmissions(transaction) + 1} times in {analysis.seconds(index, last):.0f} s"


def _icmp(subject: Subject, transaction: Transaction) -> IcmpError | None:
    if transaction.request is None:
        return None
    message = subject.analysis.message(transaction.request)
    ends = message.source, message.destination
    return next((one for one in subject.trace.icmp_errors if (one.source, one.destination) == ends), None)


def _relevant(subject: Subject) -> Transaction | None:
    """The silent request that decides: not where another branch was answered."""
    analysis = subject.analysis
    if not analysis.silent or analysis.was_established:
        return None
    if analysis.code not in (0, *SILENCE) or (analysis.ringing and analysis.code):
        return None
    found = analysis.unanswered_at_last if not analysis.is_call else None
    return found or (None if analysis.ringing else analysis.silent[0])


def unreachable(subject: Subject) -> Finding | None:
    """ICMP errors quote the packet that did not arrive (RFC 792, RFC 4443)."""
    analysis = subject.analysis
    for one in (*analysis.forwarded, *analysis.initial):
        error = _icmp(subject, one)
        if error is None or one.responses or analysis.was_established:
            continue
        text = (
            f"{error.destination} can't be reached: {error.router} reported “{error.meaning}” via ICMP for the"
            f" {one.method} (frame {error.frame})."
        )
        advice = (
            "Nothing is listening there, or a firewall rejects the packets: check that the phone or server is running."
            if error.meaning == "port unreachable"
            else "It is off, there is no route to it, or a firewall rejects the packets: check its address and routing."
        )
        return Finding(CERTAIN, text, advice, (*analysis.asked, one.request, analysis.final))
    return None


def nat_binding_lost(subject: Subject) -> Finding | None:
    """A request to the address that a router once gave; nothing comes back (RFC 5626, section 3)."""
    analysis, one = subject.analysis, _relevant(subject)
    if one is None or not behind_nat(subject, one) or _icmp(subject, one):
        return None
    destination = analysis.message(one.first).destination
    text = (
        f"The phone at {destination} was sent the {one.method} {_tries(subject, one)} and never answered. It is behind"
        " NAT: the router has dropped the binding, or the phone is off."
    )
    advice = (
        "Restart the phone: it registers again and reopens the path. If it keeps happening, shorten its registration"
        " interval or switch keep-alives on."
    )
    return Finding(LIKELY, text, advice, (*analysis.asked, one.request, analysis.final))


def timeout(subject: Subject) -> Finding | None:
    """RFC 3261, section 17.1.1.2, timer B; sections 21.4.9 and 21.5.5."""
    analysis, one = subject.analysis, _relevant(subject)
    if one is not None and not _icmp(subject, one):
        destination = analysis.message(one.first).destination
        what = "The called phone or the next server" if one in analysis.forwarded else "The server or phone"
        text = f"{what} at {destination} was sent the {one.method} {_tries(subject, one)} and never answered."
        advice = "It is off or unplugged, or there is a firewall in between. Run a SIP test, then an MTR."
        waited = analysis.code or analysis.seconds(one.first, max(analysis.repeats_of(one.first))) > LONG_SECONDS
        sure = CERTAIN if waited and not behind_nat(subject, one) else LIKELY
        return Finding(sure, text, advice, (*analysis.asked, one.request, analysis.final))
    refusal = subject.refusal
    late = analysis.code in (408, 504) and not analysis.is_call
    if late or (refusal is not None and refusal.code == Code.TIMEOUT):
        said = quote(analysis, analysis.refusal_origin, analysis.final)
        who = responder(analysis, analysis.origin)
        subject_text = dialled(analysis) if analysis.is_call else "A downstream server"
        text = f"{subject_text} didn't answer in time: {who} gave up waiting ({said}).{_given_up(subject)}"
        advice = (
            "Test the called phone, and check the trace of the other leg."
            if analysis.is_call
            else "Check which server the request is passed on to, and whether that server is running."
        )
        return Finding(LIKELY, text, advice, (*analysis.asked, analysis.refusal_origin, analysis.final))
    return None


def _given_up(subject: Subject) -> str:
    """Says that the caller had cancelled before the server gave up."""
    analysis = subject.analysis
    if not analysis.cancels or analysis.final is None or analysis.cancels[0] > analysis.final:
        return ""
    return f" The caller had hung up {seconds_text(analysis.seconds(analysis.cancels[0], analysis.final))} earlier."


def replies_lost(subject: Subject) -> Finding | None:
    """A request that is retransmitted although it was answered (RFC 3261, section 17.1)."""
    analysis = subject.analysis
    for one in (*analysis.initial, *analysis.forwarded):
        if one.request is None or not one.responses:
            continue
        answered = analysis.message(one.responses[0]).time_us + REPLY_SECONDS * 1e6
        late = [index for index in analysis.repeats_of(one.request) if analysis.message(index).time_us > answered]
        if len(late) < 2 or (analysis.was_established and analysis.is_call):
            continue
        message = analysis.message(one.request)
        text = (
            f"{message.source} sent its {one.method} {len(late)} more times after it was answered"
            f" ({quote(analysis, one.responses[0])}): the responses aren't getting through."
        )
        advice = "A firewall or NAT drops the responses: check its rules, SIP ALG, and the port in Via (rport)."
        return Finding(LIKELY, text, advice, (one.request, one.responses[0], late[-1]))
    return None


SILENT = (
    Rule(
        Code.UNREACHABLE,
        "an ICMP error that quotes the request",
        unreachable,
        (Evidence.REQUEST,),
        "A host or router reports that the destination or its port is unreachable.",
        "The device couldn't be reached.",
        "Check that the phone or server is running and listening on that port.",
    ),
    Rule(
        Code.REPLIES_LOST,
        "a request that is retransmitted although it was answered",
        replies_lost,
        (Evidence.REQUEST,),
        "Responses are sent but don't reach the side that sent the request.",
        "A firewall or router along the route drops SIP responses.",
        "Check the firewall, NAT and SIP ALG in front of that side.",
    ),
    Rule(
        Code.NAT_BINDING_LOST,
        "a phone behind NAT that no longer answers the platform",
        nat_binding_lost,
        (Evidence.NEXT_HOP,),
        "The platform sends to an address that the router no longer maps to the phone, so nothing comes back.",
        "Your router has closed the connection to the phone; restart the phone.",
        "Shorten the registration interval, or switch keep-alives on.",
    ),
    Rule(
        Code.TIMEOUT,
        "a request that was retransmitted and never answered, or 408 and 504",
        timeout,
        (Evidence.REQUEST,),
        "A phone or server didn't respond at all, or a server gave up waiting for a response.",
        "The device didn't respond.",
        "Run a SIP test, then an MTR, to the address that doesn't respond.",
    ),
)
