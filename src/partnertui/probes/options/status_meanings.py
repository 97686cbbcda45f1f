"""Status codes of answers to OPTIONS: a headline, what it means, what to do (RFC 3261, section 21)."""

from __future__ import annotations

RESTART = "Ask the customer to restart the phone; it registers again by itself."
FINE = "Calls can reach it. If the customer still has trouble, look at the calls themselves."
_AGAIN = "Try again; tell development if it stays."
_OLD = "Remove the registration if it is old."
_DND = "Ask whether do-not-disturb is on."
_QUIET = "the proxy passed it on and the phone said nothing: it is off, has moved, or its NAT binding is lost"
_SHORTER = (
    "Is the phone on? A restart registers it anew. If it is lost again, shorten its registration or its keep-alives."
)
_STRANGER = "who answers does not know this user: a stale registration, or a phone that was set up anew"
_COMPARE = "Compare the user name on the phone with the registration. " + _OLD

ANSWERS: dict[int, tuple[str, str, str]] = {
    401: ("alive", "the phone answers, but wants a password before it says more", FINE),
    403: ("alive", "the phone answers, but refuses requests that are no calls", FINE),
    404: ("unknown there", _STRANGER, _COMPARE),
    405: ("alive", "the phone answers, but does not know OPTIONS", FINE),
    407: ("alive", "who answers on the way wants a password", "The proxy must let OPTIONS from this host pass."),
    408: ("no answer", _QUIET, _SHORTER),
    410: ("gone", "the phone says that this user is no longer there", _OLD),
    430: ("no answer", "the connection that the phone registered over is gone", RESTART),
    477: (
        "no answer",
        "the proxy could not send it on: the connection that the phone registered over is gone",
        RESTART,
    ),
    478: ("no answer", "the proxy cannot find where to send it", "Look at contact and path of the registration."),
    480: ("alive, not available", "the phone answers, but takes no calls now", _DND),
    481: ("alive", "the phone answers, but thinks this belongs to a call", FINE),
    482: ("loop", "the request came back to where it had been", "The proxy's routing loops: tell development."),
    483: ("loop", "the request went round until its hops were used up", "The routing loops: tell development."),
    486: ("alive, busy", "the phone answers and is in a call", "It is reached. Call waiting may be switched off."),
    488: ("alive", "the phone answers, but did not like the offer", FINE),
    500: ("trouble at the far end", "who answers has an error inside", "Try again; restart the phone if it stays."),
    501: ("alive", "the phone answers, but does not know OPTIONS", FINE),
    502: ("trouble on the way", "a gateway behind the proxy got a bad answer", _AGAIN),
    503: ("trouble on the way", "the proxy or the phone is overloaded or cannot pass it on", _AGAIN),
    504: ("no answer", "a server behind the proxy did not answer in time", _AGAIN),
    600: ("alive, busy", "the phone answers and is in a call", "It is reached. Call waiting may be switched off."),
    603: ("alive", "the phone answers and declines", _DND),
    604: ("unknown there", "nobody of that name exists there", _OLD),
}
CLASSES = {
    3: ("moved", "the phone asks to be looked for elsewhere", "Is a call forwarding on? Look at the answer's Contact."),
    4: ("alive", "the phone answers, though it does not like the question", FINE),
    5: ("trouble on the way", "a server on the way, or the phone, could not do it", _AGAIN),
    6: ("alive", "the phone answers and declines", _DND),
}
"""For codes that are not in ANSWERS (RFC 3261, section 8.1.3.2)."""
ROLES = {"alive": "good", "no answer": "bad", "unknown there": "bad", "gone": "bad"}
