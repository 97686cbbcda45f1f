"""Texts of demo tickets: what customers write, and the replies."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """A kind of case; texts may name {user}, {number}, {when}, {phone}, {code}, {credit}, {contact}, {agent}, {ip}.

    Stories about calls may also name {call_id}, {codec}, {mos}, {minutes} and {charge}.
    """

    about: str
    """Which calls it is told of: failed, short, mos or charge; or a phone, or credit that is used up."""
    subject: str
    body: str
    note: str
    reply: str
    tags: tuple[str, ...]
    priority: str = "normal"


STORIES = (
    Story(
        "failed",
        "Can't reach {number}",
        "Hello,\n\n{user} tried to call {number} on {when} and only got a tone. It worked last week.\n\n"
        "Regards\n{contact}",
        "SIP {code} from the far end, Call-ID {call_id}. Other carriers reach the number.",
        "Hello {contact},\n\nOur carrier answered {code} for {number}. We've changed the route; please try"
        " again.\n\n{agent}",
        ("outbound", "carrier"),
        "high",
    ),
    Story(
        "short",
        "Calls drop after half a minute",
        "Hi,\n\nthe call to {number} on {when} dropped after 32 seconds, and so do {user}'s other calls.\n\n{contact}",
        "Call-ID {call_id}: 32 s is 64*T1, the ACK never arrived. Router at {ip} rewrites Contact, SIP ALG most"
        " likely.",
        "Hello {contact},\n\nPlease switch off “SIP ALG” in the router behind {ip} and restart the phones.\n\n{agent}",
        ("nat", "sip-alg", "dropped-call"),
        "high",
    ),
    Story(
        "mos",
        "Voice is choppy",
        "Good morning,\n\n{user} could hardly make out the other person on {when} ({number}). Words"
        " kept dropping out.\n\n{contact}",
        "MOS {mos} on that call (Call-ID {call_id}), codec {codec}. MTR to {ip} shows loss at the last hop.",
        "Hello {contact},\n\nWe see packet loss on your line at {ip}. Is somebody uploading large files around "
        "then?\n\n{agent}",
        ("quality", "mos"),
    ),
    Story(
        "phone",
        "{phone} shows “No service”",
        "Hello,\n\n{user}'s phone ({phone}) has lost its registration again. Unplugging it only helps for an"
        " hour.\n\n{contact}",
        "Contact behind {ip} expired; NAT binding lost between two REGISTERs. Keep-alive is off on this firmware.",
        "Hello {contact},\n\nWe've set this phone's keep-alive to 25 seconds. Please restart it once.\n\n{agent}",
        ("registration", "nat"),
    ),
    Story(
        "phone",
        "New phone for {user}",
        "Hi,\n\nwe bought another phone. Can you provision it for {user} like the {phone}?\n\nThanks\n{contact}",
        "Waiting for the MAC address.",
        "Hello {contact},\n\nCertainly: please send us the MAC address from the label.\n\n{agent}",
        ("provisioning",),
        "low",
    ),
    Story(
        "credit",
        "Outbound calls blocked",
        "Hello,\n\nNobody here has been able to dial out since this morning. Inbound is fine. Please"
        " help!\n\n{contact}",
        "Credit is {credit}. The last top-up didn't go through, see Payments.",
        "Hello {contact},\n\nThe call credit is {credit}; your last top-up didn't go through. Calls will work again as"
        " soon as it is paid.\n\n{agent}",
        ("billing", "credit"),
        "urgent",
    ),
    Story(
        "charge",
        "Question about the invoice",
        "Dear team,\n\nThe call to {number} on {when} seems rather expensive. Could you check the price?\n\n{contact}",
        "Call-ID {call_id}: {minutes} min billed, {charge}. Compare with the price list.",
        "Hello {contact},\n\nWe're checking the call against your price list and will get back to you today.\n\n"
        "{agent}",
        ("billing",),
    ),
    Story(
        "failed",
        "Anrufe nach {number} gehen nicht",
        "Guten Tag,\n\n{user} wollte am {when} {number} anrufen, es kam nur ein Ton.\n\nMit freundlichen "
        "Grüßen\n{contact}",
        "SIP {code}, Call-ID {call_id}.",
        "Guten Tag {contact},\n\ndie Gegenseite hat mit {code} geantwortet. Bitte versuchen Sie es noch "
        "einmal.\n\n{agent}",
        ("outbound",),
    ),
)
