"""Adds the called user's last registration before the call to a trace: it may explain why no phone rang."""

from __future__ import annotations

from dataclasses import replace

from partnertui.calls.call_assembly import build_trace
from partnertui.calls.registration_outcome import Registration, registered_contact, registration_of
from partnertui.calls.replaced_calls import own_part
from partnertui.calls.signalling_analysis import CallAnalysis
from partnertui.calls.trace_model import Trace
from partnertui.captures.call_id_index import Found
from partnertui.captures.indexed_call_loader import CallLoader

DAY_US = 86_400_000_000
MAX_EXCHANGES = 3
"""Most recent REGISTER exchanges of a user that are read."""


def with_registrations(loader: CallLoader, trace: Trace) -> Trace:
    """The trace with a sentence about the called user's last registration before the call, if it was captured.

    A registration itself is given the end of its captures, where they have nothing more of that phone.
    """
    if trace.method == "REGISTER":
        return replace(trace, watched_until_us=_watched_until(loader, trace))
    if any(message.is_answer("INVITE", 200, 299) for message in trace.messages):
        return trace
    analysis = CallAnalysis(own_part(trace)[0])
    if not analysis.is_call or analysis.is_answered or not analysis.initial_requests:
        return trace
    users = dict.fromkeys((analysis.dialled, trace.first.reading.to_user))
    sentences = [_sentence(loader, trace, user) for user in users]
    return replace(trace, known=tuple(sentence for sentence in sentences if sentence)[:1])


def _sentence(loader: CallLoader, trace: Trace, user: str) -> str:
    """How the last registration of a user before a call ended; empty if none was captured."""
    files = _files_of(loader, trace)
    begun = [one for one in registrations_by_user(loader, files).get(user, ()) if one.first_us <= trace.start_us]
    found = [one for one in begun if one.last_us >= trace.start_us - DAY_US][-MAX_EXCHANGES:]
    messages = [
        message
        for message in [*loader.messages(found), *loader.index.assembled_in([one.call_id for one in found], files)]
        if message.time_us <= trace.start_us
    ]
    if not found or not messages:
        return ""
    last = max(messages, key=lambda message: message.time_us).call_id
    own = build_trace([message for message in messages if message.call_id == last])
    return _state(user, CallAnalysis(own), registration_of(CallAnalysis(own)), trace.start_us)


def _watched_until(loader: CallLoader, trace: Trace) -> int:
    """When the captures of a registration end; 0 where the same phone goes on with another Call-ID, or over TCP."""
    first, last = trace.first, trace.messages[-1]
    if any(message.transport != "udp" for message in trace.messages):
        return 0  # registrations over TCP are not listed by user
    files = _files_of(loader, trace)
    own = {registered_contact(first), first.source.address}
    for one in registrations_by_user(loader, files).get(first.reading.to_user, ()):
        if one.call_id in trace.call_ids or one.last_us < last.time_us:
            continue
        requests = (message for message in loader.messages([one], 4) if message.is_request("REGISTER"))
        if any({registered_contact(request), request.source.address} & own for request in requests):
            return 0
    paths = loader.index.paths()
    return max((loader.index.span(paths[file])[1] for file in files), default=0)


def _files_of(loader: CallLoader, trace: Trace) -> tuple[int, ...]:
    origins = {message.origin for message in trace.messages}
    return tuple(number for number, path in loader.index.paths().items() if str(path) in origins)


def registrations_by_user(loader: CallLoader, files: tuple[int, ...]) -> dict[str, list[Found]]:
    """The registrations of some files; read once for a loader."""
    if files not in loader.registrations:
        users: dict[str, list[Found]] = {}
        for one in loader.index.registrations(files):
            users.setdefault(one.to_user, []).append(one)
        loader.registrations[files] = users
    return loader.registrations[files]


def _state(user: str, analysis: CallAnalysis, state: Registration, at_us: int) -> str:
    if state.granted is None or state.granted.final is None:
        code = state.failed[-1].code if state.failed else 0
        refused = f"In the same capture, {user} tried to register before this call and was refused ({code})."
        return refused if code else ""
    passed = (at_us - analysis.message(state.granted.final).time_us) / 1e6
    ago = f"{passed:.0f} s before this call"
    if state.removed:
        how = "unregistered" if state.asked_for_removal else "lost its registration (the server granted 0 s)"
        return f"In the same capture, {user} {how} {ago}."
    if state.failed:
        return f"In the same capture, {user} failed to renew its registration before this call."
    if state.seconds is not None and passed > state.seconds:
        over = passed - state.seconds
        return f"In the same capture, {user}'s registration expired {over:.0f} s before this call."
    return f"In the same capture, {user} registered {ago}, for {state.seconds} s." if state.seconds else ""
