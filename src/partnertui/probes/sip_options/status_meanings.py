"""What each status code of a response to OPTIONS tells an agent: headline, meaning, advice (RFC 3261, section 21)."""

from __future__ import annotations

RESTART = "Ask the customer to restart the phone; it registers again on its own."
FINE = "Calls can reach it. If the customer still has trouble, check the calls themselves."
_RETRY = "Try again; escalate to development if it keeps happening."
_RETRY_OR_RESTART = "Try again; restart the phone if it keeps happening."
_OLD = "Remove the registration if it's stale."
_DND = "Ask whether do-not-disturb is on."
_SILENT_PHONE = (
    "the proxy forwarded the request, but the phone stayed silent: it's off, has moved, or its NAT binding has expired"
)
_RESTART_OR_SHORTEN = (
    "Check that the phone is on; a restart registers it again. If it keeps happening, shorten its registration or"
    " keep-alive interval."
)
_UNKNOWN_USER = "the answering side doesn't know this user: a stale registration, or the phone was set up again"
_COMPARE = "Compare the user name on the phone with the registration. " + _OLD

STATUS_MEANINGS: dict[int, tuple[str, str, str]] = {
    401: ("alive", "the phone answers, but requires a password before it says more", FINE),
    403: ("alive", "the phone answers, but refuses requests other than calls", FINE),
    404: ("unknown user", _UNKNOWN_USER, _COMPARE),
    405: ("alive", "the phone answers, but doesn't support OPTIONS", FINE),
    407: ("alive", "a proxy in between requires a password", "The proxy must accept OPTIONS from this host."),
    408: ("no answer", _SILENT_PHONE, _RESTART_OR_SHORTEN),
    410: ("gone", "the phone says this user no longer exists", _OLD),
    # Flow Failed (RFC 5626).
    430: ("no answer", "the connection that the phone registered over no longer exists", RESTART),
    # 477 and 478 are Kamailio's own: it couldn't send, or couldn't resolve where to.
    477: (
        "no answer",
        "the proxy couldn't forward the request: the connection that the phone registered over no longer exists",
        RESTART,
    ),
    478: (
        "no answer",
        "the proxy doesn't know where to send the request",
        "Check the registration's contact and path.",
    ),
    480: ("alive, not available", "the phone answers, but isn't accepting calls at the moment", _DND),
    481: ("alive", "the phone answers, but treats this as part of a call", FINE),
    482: (
        "loop",
        "the request came back to a proxy it had already passed through",
        "There is a routing loop: escalate to development.",
    ),
    483: ("loop", "the request looped until Max-Forwards ran out", "There is a routing loop: escalate to development."),
    486: ("alive, busy", "the phone answers and is in a call", "Calls can reach it. Call waiting may be switched off."),
    488: ("alive", "the phone answers, but didn't accept the offer", FINE),
    500: (
        "error at the far end",
        "the answering side reports an internal error",
        _RETRY_OR_RESTART,
    ),
    501: ("alive", "the phone answers, but doesn't support OPTIONS", FINE),
    502: ("error along the path", "a gateway beyond the proxy received an invalid response", _RETRY),
    503: (
        "error along the path",
        "the proxy or the phone is overloaded, or the proxy can't forward the request",
        _RETRY,
    ),
    504: ("no answer", "a server beyond the proxy didn't respond in time", _RETRY),
    600: ("alive, busy", "the phone answers and is in a call", "Calls can reach it. Call waiting may be switched off."),
    603: ("alive", "the phone answers and declines", _DND),
    604: ("unknown user", "the user doesn't exist there", _OLD),
}
CLASS_MEANINGS = {
    3: ("moved", "the phone redirects to another address", "Check for call forwarding, and the response's Contact."),
    4: ("alive", "the phone answers, but rejects the request", FINE),
    5: ("error along the path", "a server along the path, or the phone, failed to handle the request", _RETRY),
    6: ("alive", "the phone answers and declines", _DND),
}
"""By first digit, for codes that aren't in STATUS_MEANINGS (RFC 3261, section 8.1.3.2)."""
ROLES = {"alive": "good", "no answer": "bad", "unknown user": "bad", "gone": "bad"}
