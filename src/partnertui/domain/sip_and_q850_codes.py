"""Reason phrases of SIP codes and names of Q.850 causes, and what one maps to of the other."""

from __future__ import annotations

from partnertui.domain.call_enums import Disposition

NORMAL_CLEARING = 16
"""Cause of a call that one of its parties ended (ITU-T Q.850)."""
NO_USER_RESPONDING, NO_ANSWER = 18, 19
"""Causes of a call that nobody took: without a sign from the called side, and after it was alerting (ITU-T Q.850)."""
NETWORK_CAUSES = frozenset({2, 3, 25, 27, 34, 38, 41, 42, 44, 47})
"""Causes of networks that have no route, no free circuit or a fault (ITU-T Q.850, table 1).

25 is one: an exchange on the way released the call, because it passed too many of them. 43 isn't: information that
came with the call was discarded.
"""
CHALLENGES = (401, 407)
"""Responses that ask for credentials: no outcome of a request if it is sent again with them (RFC 3261, section 22)."""
Q850_WORDS: dict[int, str] = {
    1: "unallocated number",
    2: "no route to the transit network",
    3: "no route to the destination",
    6: "channel unacceptable",
    16: "normal call clearing",
    17: "user busy",
    18: "no user responding",
    19: "no answer from the user",
    20: "subscriber absent",
    21: "call rejected",
    22: "number changed",
    25: "exchange routing error",
    26: "non-selected user clearing",
    27: "destination out of order",
    28: "invalid number format",
    29: "facility rejected",
    31: "normal, unspecified",
    34: "no circuit available",
    38: "network out of order",
    41: "temporary failure",
    42: "switching equipment congestion",
    43: "access information discarded",
    44: "requested circuit not available",
    47: "resource unavailable",
    50: "facility not subscribed",
    52: "outgoing calls barred",
    54: "incoming calls barred",
    55: "incoming calls barred within the closed user group",
    57: "bearer capability not authorised",
    58: "bearer capability not available",
    63: "service or option not available",
    65: "bearer capability not implemented",
    69: "facility not implemented",
    79: "service or option not implemented",
    81: "invalid call reference",
    87: "user not a member of the closed user group",
    88: "incompatible destination",
    95: "invalid message",
    96: "mandatory information missing",
    97: "message type not implemented",
    99: "information element not implemented",
    100: "invalid information element contents",
    102: "recovery on timer expiry",
    111: "protocol error",
    127: "interworking",
}
"""Names of causes (ITU-T Q.850, table 1)."""

SIP_WORDS: dict[int, str] = {
    100: "Trying",
    180: "Ringing",
    181: "Call Is Being Forwarded",
    182: "Queued",
    183: "Session Progress",
    199: "Early Dialog Terminated",
    200: "OK",
    202: "Accepted",
    204: "No Notification",
    300: "Multiple Choices",
    301: "Moved Permanently",
    302: "Moved Temporarily",
    305: "Use Proxy",
    380: "Alternative Service",
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    410: "Gone",
    412: "Conditional Request Failed",
    413: "Request Entity Too Large",
    414: "Request-URI Too Long",
    415: "Unsupported Media Type",
    416: "Unsupported URI Scheme",
    417: "Unknown Resource-Priority",
    420: "Bad Extension",
    421: "Extension Required",
    422: "Session Interval Too Small",
    423: "Interval Too Brief",
    424: "Bad Location Information",
    425: "Bad Alert Message",
    428: "Use Identity Header",
    429: "Provide Referrer Identity",
    430: "Flow Failed",
    433: "Anonymity Disallowed",
    436: "Bad Identity Info",
    437: "Unsupported Credential",
    438: "Invalid Identity Header",
    439: "First Hop Lacks Outbound Support",
    440: "Max-Breadth Exceeded",
    469: "Bad Info Package",
    470: "Consent Needed",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    483: "Too Many Hops",
    484: "Address Incomplete",
    485: "Ambiguous",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    489: "Bad Event",
    491: "Request Pending",
    493: "Undecipherable",
    494: "Security Agreement Required",
    500: "Server Internal Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Server Time-out",
    505: "Version Not Supported",
    513: "Message Too Large",
    555: "Push Notification Service Not Supported",
    580: "Precondition Failure",
    600: "Busy Everywhere",
    603: "Decline",
    604: "Does Not Exist Anywhere",
    606: "Not Acceptable",
    607: "Unwanted",
    608: "Rejected",
}
"""Reason phrases of SIP responses, as IANA's registry of response codes has them (RFC 3261, section 21, and others)."""
_CLASSES = {
    1: "Provisional",
    2: "Successful",
    3: "Redirection",
    4: "Request Failure",
    5: "Server Failure",
    6: "Global Failure",
}
"""What a code that isn't registered says by its first digit (RFC 3261, section 21)."""

_SIP_TO_Q850 = {
    200: 16,
    400: 41,
    401: 21,
    402: 21,
    403: 21,
    404: 1,
    405: 63,
    406: 79,
    407: 21,
    408: 102,
    410: 22,
    413: 127,
    414: 127,
    415: 79,
    416: 127,
    420: 127,
    421: 127,
    423: 127,
    480: 18,
    481: 41,
    482: 25,
    483: 25,
    484: 28,
    485: 1,
    486: 17,
    487: 16,
    488: 88,
    500: 41,
    501: 79,
    502: 38,
    503: 41,
    504: 102,
    505: 127,
    513: 127,
    600: 17,
    603: 21,
    604: 1,
    606: 88,
}
"""RFC 3398, section 8.2.6.1; 200, 487, 488 and 606, for which it gives no single cause, as exchanges use them."""


def q850_words(cause: int | None) -> str:
    """The meaning of a Q.850 cause, empty for none."""
    return "" if cause is None else Q850_WORDS.get(cause, f"cause {cause}")


def sip_words(code: int | None) -> str:
    """The reason phrase of a SIP response code, empty for none; that of its class where the code isn't registered."""
    if code is None:
        return ""
    return SIP_WORDS.get(code) or _CLASSES.get(code // 100, f"code {code}")


def q850_from_sip(code: int | None) -> int | None:
    """The Q.850 cause that a SIP code maps to (RFC 3398, section 8.2.6.1); 31 where it names none."""
    return None if code is None else _SIP_TO_Q850.get(code, 31)


def disposition_from_sip(code: int | None, *, answered: bool) -> Disposition:
    """How a call ended, by its final SIP code."""
    if answered:
        return Disposition.ANSWERED
    by_code = {
        408: Disposition.NO_ANSWER,
        480: Disposition.NO_ANSWER,
        486: Disposition.BUSY,
        600: Disposition.BUSY,
        487: Disposition.CANCELLED,
        403: Disposition.REJECTED,
        603: Disposition.REJECTED,
        503: Disposition.CONGESTION,
        302: Disposition.DIVERTED,
        301: Disposition.DIVERTED,
    }
    return by_code.get(code or 0, Disposition.FAILED)
