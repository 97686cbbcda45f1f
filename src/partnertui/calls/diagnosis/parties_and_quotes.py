"""Wording of verdicts: names the parties, no more exactly than the capture shows, and quotes reason phrases."""

from __future__ import annotations

from partnertui.calls.diagnosis.rule import Subject
from partnertui.calls.reason_headers import causes_of
from partnertui.calls.signalling_analysis import CallAnalysis
from partnertui.calls.sip_transactions import Transaction
from partnertui.domain.sip_and_q850_codes import CHALLENGES


def start_of(analysis: CallAnalysis, index: int) -> str:
    """A message's first line as it may be quoted: `486 Busy Here`."""
    return analysis.message(index).reading.start


def quote(analysis: CallAnalysis, *indexes: int | None) -> str:
    """An answer with what it gives as reason: `500 Server Internal Error, Q.850 cause 1, unallocated number`."""
    known = [index for index in indexes if index is not None]
    if not known:
        return "no answer"
    said = causes_of(analysis.message(index) for index in known).quote
    return start_of(analysis, known[0]) + (f", {said}" if said else "")


def dialled(analysis: CallAnalysis) -> str:
    """The number that was dialled; where a diversion was followed, the one that it led to."""
    first = analysis.dialled or "the number"
    moved = any(300 <= one.code < 400 for one in analysis.initial)
    last = analysis.message(analysis.asked[0]).reading.uri_user if moved and analysis.asked else ""
    return f"{last} (to which {first} was diverted)" if last and last != first else first


def is_platform(analysis: CallAnalysis, address: str) -> bool:
    """True where the capture shows that an address is a server: it passed the call on, or asked for a password."""
    if address != analysis.server:
        return False
    challenged = any(analysis.message(index).status in CHALLENGES for index in analysis.responses)
    return analysis.has_both_hops or challenged or analysis.refused_by_server


def responder(analysis: CallAnalysis, transaction: Transaction | None) -> str:
    """The side that answered a transaction."""
    if transaction is None:
        return "the answering side"
    if not analysis.is_call:
        role = "the phone" if analysis.method == "NOTIFY" else "the server"
        return (
            f"{role} ({transaction.server})"
            if analysis.method != "NOTIFY"
            else f"the other side ({transaction.server})"
        )
    if is_platform(analysis, transaction.server):
        return f"the platform ({transaction.server})"
    if transaction.server == analysis.server:
        return f"the answering side ({transaction.server})"
    return f"the far end ({transaction.server})"


def change_name(method: str) -> str:
    """What a request that changes a call is called: `re-INVITE`, but `UPDATE`."""
    return f"re-{method}" if method == "INVITE" else method


def seconds_text(seconds: float) -> str:
    """A time as a sentence has it: `17 ms`, `6 s`, `12 min`."""
    if seconds < 1:
        return f"{max(seconds, 0) * 1000:.0f} ms"
    return f"{seconds:.0f} s" if seconds < 600 else f"{seconds / 60:.0f} min"


def agreement_messages(subject: Subject) -> tuple[int | None, ...]:
    """The offer and the answer of the caller's hop."""
    first = subject.media.first_agreements or subject.media.agreements
    if first:
        return first[0].offer, first[0].answer
    return (*subject.analysis.asked, subject.analysis.final)
