"""Passwords, permissions, credit: the platform does not let the caller."""

from __future__ import annotations

import re

from partnertui.calls.analysis import CHALLENGES, CallAnalysis
from partnertui.calls.diagnosis.rule import CERTAIN, LIKELY, POSSIBLE, Finding, rule, said
from partnertui.calls.diagnosis.verdict import Code

_MONEY = re.compile(
    r"\bcredits?\b|(?<!load )(?<!load-)\bbalance\b|\bfunds\b|prepaid|\btop.?up|payment required|quota exceeded|spending"
)
"""Words of money; load balancers and bandwidth (Warning 370) can be insufficient, too."""
_PASSWORD = re.compile(
    r"(wrong|bad|invalid|incorrect).{0,12}(password|credential)|authentication fail|auth.{0,8}failed"
)
_STALE = re.compile(r"stale\s*=\s*\"?true", re.IGNORECASE)
RETYPE = "Set the password anew, in the portal and on the phone; look for a space or an old copy of it."


@rule(Code.CREDIT_EXHAUSTED, "402, or a refusal or BYE whose words speak of credit")
def credit_exhausted(analysis: CallAnalysis) -> Finding | None:
    """RFC 3261, section 21.4.3; switches say it in the reason phrase, in Reason or in Warning."""
    advice = "Look at the customer's credit and top-up; a call begun before can end for the same reason."
    ended = [index for index in (analysis.refusal_origin, analysis.final, *analysis.byes[:1]) if index is not None]
    if analysis.code == 402:
        text = "The platform refused the call because it is not paid for (402)."
        return Finding(
            CERTAIN, text, advice, (*analysis.initial_requests[-1:], analysis.refusal_origin, analysis.final)
        )
    for index in ended:
        words = analysis.reason_text([index])
        if _MONEY.search(words) and (analysis.message(index).status >= 400 or analysis.message(index).method == "BYE"):
            what = "ended" if analysis.is_answered else "refused"
            text = f"The call was {what} for want of credit: “{_quoted(analysis, index)}”."
            return Finding(CERTAIN, text, advice, (index, analysis.final))
    return None


def _quoted(analysis: CallAnalysis, index: int) -> str:
    reading = analysis.message(index).reading
    found = [reading.reason, reading.headers.first("reason"), reading.headers.first("warning")]
    return next((text for text in found if _MONEY.search(text.lower())), reading.start)[:80]


@rule(Code.WRONG_PASSWORD, "a password was sent and the answer asks for it again, or refuses it")
def wrong_password(analysis: CallAnalysis) -> Finding | None:
    """Digest authentication (RFC 3261, section 22): a challenge that is answered is no error, a second one is."""
    if analysis.final is None or analysis.is_answered:
        return None
    user = _user(analysis)
    sent, words = analysis.credentials, analysis.reason_text([analysis.final])
    evidence = (*analysis.challenges[:1], *sent[-1:], analysis.final)
    if analysis.code in CHALLENGES:
        return _challenged(analysis, user, evidence)
    if analysis.code != 403 or (analysis.has_both_hops and not analysis.refused_by_server):
        return None
    if _PASSWORD.search(words):
        return Finding(
            CERTAIN,
            f"The platform says that the password of {user} is wrong ({said(analysis, analysis.final)}).",
            RETYPE,
            evidence,
        )
    if (
        sent
        and sent[-1] < analysis.final
        and analysis.message(analysis.final).reading.reason.lower() in ("forbidden", "")
    ):
        return Finding(
            LIKELY,
            f"{user} sent a password and was refused at once (403): it is wrong, or {user} may not do this.",
            RETYPE,
            evidence,
        )
    return None


def _challenged(analysis: CallAnalysis, user: str, evidence: tuple[int | None, ...]) -> Finding | None:
    again = [index for index in analysis.credentials if index < (analysis.final or 0)]
    if not analysis.initial_requests:
        return None  # what was asked, and whether with a password, was not captured
    if not again:
        return Finding(
            POSSIBLE,
            f"{user} was asked for a password and sent none: it has none, or the capture ends too early.",
            "Enter user name and password on the phone; if it has them, capture longer.",
            evidence,
        )
    header = " ".join(
        analysis.message(analysis.final or 0).reading.headers.first(n)
        for n in ("www-authenticate", "proxy-authenticate")
    )
    if _STALE.search(header):
        return Finding(
            POSSIBLE,
            f"The password of {user} was right but its challenge too old, and the phone did not try again.",
            "Restart the phone; if it stays, its clock or firmware is at fault.",
            evidence,
        )
    times = f"{len(again)} times " if len(again) > 1 else ""
    text = f"{user} sent a password {times}and was asked for it again: it is wrong."
    return Finding(CERTAIN if len(again) > 1 or _counted(analysis) else LIKELY, text, RETYPE, evidence)


def _counted(analysis: CallAnalysis) -> bool:
    """True where the refused password was for the very challenge before: the nonce is the one that was given."""
    nonce = re.compile(r'nonce\s*=\s*"([^"]+)"', re.IGNORECASE)
    given = [
        nonce.search(analysis.message(index).reading.headers.first(name))
        for index in analysis.challenges
        for name in ("www-authenticate", "proxy-authenticate")
    ]
    used = [
        nonce.search(analysis.message(index).reading.headers.first(name))
        for index in analysis.credentials
        for name in ("authorization", "proxy-authorization")
    ]
    return bool({m[1] for m in given if m} & {m[1] for m in used if m})


def _user(analysis: CallAnalysis) -> str:
    return analysis.trace.first.reading.from_user or "the caller"


@rule(Code.FORBIDDEN, "403, or another refusal that speaks of permission")
def forbidden(analysis: CallAnalysis) -> Finding | None:
    """RFC 3261, section 21.4.4: understood, and refused."""
    if (
        analysis.code not in (403, 405)
        or analysis.final is None
        or _PASSWORD.search(analysis.reason_text([analysis.final]))
    ):
        return None
    reason = analysis.message(analysis.final).reading.reason
    maybe_password = analysis.credentials and reason.lower() in ("forbidden", "") and analysis.refused_by_server
    sure = POSSIBLE if maybe_password else CERTAIN if analysis.initial_requests else LIKELY
    by = "platform" if analysis.refused_by_server or not analysis.has_both_hops else "called side"
    return Finding(
        sure,
        f"The {by} does not allow it: {said(analysis, analysis.final)}.",
        "Look whether this user may call that number (barring, countries, emergency address), and from which network.",
        (*analysis.initial_requests[-1:], analysis.refusal_origin, analysis.final),
    )
