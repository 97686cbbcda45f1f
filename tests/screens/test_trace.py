"""The trace view as an agent sees it: ladder, raw message, verdict, filters, search, compare, save."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from tests.ladder.ladder_samples import CARRIER, PHONE, PROXY, call, call_messages, message, sdp, stream
from tests.screens.driving import Agent, agent_at

from partnertui.calls.call_assembly import build_trace
from partnertui.calls.trace_model import Trace
from partnertui.config import Folders, Settings
from partnertui.db.errors import DatabaseUnavailable, QueryCancelled
from partnertui.db.query_cancellation import Cancel
from partnertui.domain.errors import DomainError
from partnertui.kit.widgets.line_view import LineView
from partnertui.screens.shared.trace import open_trace, show_trace
from partnertui.screens.shared.trace.comparison_dialog import compare_calls
from partnertui.screens.shared.trace.ladder_widget import LadderWidget

Tell = Callable[[int, int], None]


class Reading:
    """Reads a trace, or fails, as often as it is asked."""

    def __init__(self, *found: Trace | Exception, sound: Trace | Exception | None = None) -> None:
        self.found, self.sound = list(found), sound

    def load(self, cancel: Cancel, tell: Tell) -> Trace:
        found = self.found.pop(0) if len(self.found) > 1 else self.found[0]
        if isinstance(found, Exception):
            raise found
        return found

    def load_more(self, trace: Trace, cancel: Cancel, tell: Tell) -> Trace:
        if isinstance(self.sound, Exception):
            raise self.sound
        return self.sound or trace


@asynccontextmanager
async def at_trace(
    settings: Settings, folders: Folders, trace: Trace | None = None, size: tuple[int, int] = (140, 40)
) -> AsyncIterator[Agent]:
    """An agent who has opened a trace from the list of customers."""
    async with agent_at(settings, folders, "customers", size) as agent:
        show_trace(agent.app.services, "A call", trace or call(streams=(stream(),)))
        await agent.press()
        yield agent


def resent() -> Trace:
    first = call_messages()[0]
    return build_trace([*call_messages(), replace(first, time_us=first.time_us + 400_000, frame=99)])


async def test_the_call_its_verdict_and_the_message_are_seen_at_once(settings: Settings, folders: Folders) -> None:
    async with at_trace(settings, folders) as agent:
        for words in (
            "+441632960123 calls +442079460000",
            "(likely)",
            "caller",
            "proxy",
            "called",
            "INVITE SDP ──",
            "180 Ringing",
            "══ PCMA 990 packets, 1.0% lost ══",
            "· 10.0 s ·",
            "UDP ",
            "10:30:00.000",
            "Via: SIP/2.0/UDP",
            "m=audio 4000 RTP/AVP",
        ):
            assert words in agent.screen


@pytest.mark.parametrize("size", [(80, 24), (140, 40), (100, 50)])
async def test_panes_stand_where_they_will_be_from_the_first_frame_on(
    settings: Settings, folders: Folders, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    widths: list[int] = []
    resized = LadderWidget.on_resize

    def told(ladder: LadderWidget) -> None:
        widths.append(ladder.size.width)
        resized(ladder)

    monkeypatch.setattr(LadderWidget, "on_resize", told)
    async with at_trace(settings, folders, size=size):
        assert len(set(widths)) == 1


async def test_moving_shows_the_message_under_the_cursor(settings: Settings, folders: Folders) -> None:
    async with at_trace(settings, folders) as agent:
        await agent.press("j")
        assert "SIP/2.0 407 Proxy Auth" in agent.screen
        await agent.press("end")
        assert agent.view.current.frame == 16
        await agent.press("home", "right_curly_bracket")
        assert agent.view.current.frame == 2
        await agent.press("up")
        assert agent.view.current.frame == 1


@pytest.mark.parametrize("size", [(80, 24), (120, 34), (200, 60)])
async def test_it_fits_every_terminal(settings: Settings, folders: Folders, size: tuple[int, int]) -> None:
    async with at_trace(settings, folders, size=size) as agent:
        for words in ("198.51.100.77", "203.0.113.10", "198.51.100.130", "INVITE", "180 Ringing"):
            assert words in agent.screen
        assert all(cell_len(line) <= size[0] for line in agent.screen.splitlines())
        await agent.press("enter")
        assert "Content-Length" in agent.screen
        await agent.press("escape")
        assert "180 Ringing" in agent.screen


async def test_evidence_is_marked_and_jumped_to(settings: Settings, folders: Folders) -> None:
    async with at_trace(settings, folders) as agent:
        evidence = agent.view.options.evidence
        assert evidence
        assert agent.screen.count("● ") >= len(evidence)
        await agent.press("exclamation_mark")
        assert agent.view.ladder.row.index == evidence[0]
        await agent.press("V")
        assert "Evidence (each" in agent.screen
        await agent.press("escape")


async def test_enter_on_evidence_goes_to_the_message(settings: Settings, folders: Folders) -> None:
    async with at_trace(settings, folders) as agent:
        last = agent.view.options.evidence[-1]
        await agent.press("V", "end")
        body = agent.app.screen.query_one(LineView)
        while body.line.target is None:  # what was captured stands below the evidence
            await agent.press("up")
        await agent.press("enter")
        assert agent.view.ladder.row.index == last


async def test_figures_in_a_box(settings: Settings, folders: Folders) -> None:
    bad = stream(lost=120, packets=880, max_jitter_ms=60.0, mos=2.4, dscp=0)
    async with at_trace(settings, folders, call(streams=(bad,))) as agent:
        await agent.press("I")
        for words in (
            "Outcome",
            "answered",
            "Set-up time",
            "3.1 s",
            "Negotiated codec",
            "PCMA",
            "12.0%",
            "words are lost",
            "(DSCP 0)",
            "BE",
        ):
            assert words in agent.screen


async def test_legs_filters_and_all_again(settings: Settings, folders: Folders) -> None:
    async with at_trace(settings, folders) as agent:
        await agent.press("1")
        assert "source leg only" in agent.screen
        assert [part.name for part in agent.view.ladder.ladder.participants] == ["caller", "proxy"]
        await agent.press("1")
        assert "destination leg only" in agent.screen
        await agent.press("1", "4")
        assert "SDP only" in agent.screen
        assert "Ringing" not in agent.screen
        await agent.press("0")
        assert "180 Ringing" in agent.screen
        await agent.press("3")
        assert "no OPTIONS requests in this trace" in agent.message


async def test_retransmissions_fold_and_unfold(settings: Settings, folders: Folders) -> None:
    async with at_trace(settings, folders, resent()) as agent:
        assert "INVITE SDP ×2" in agent.screen
        await agent.press("2")
        assert "INVITE again" in agent.screen
        await agent.press("2")
        assert "×2" not in agent.screen
        assert "reload" not in agent.screen


async def test_time_is_elapsed_by_step_or_local(settings: Settings, folders: Folders) -> None:
    async with at_trace(settings, folders) as agent:
        assert "+13.165" in agent.screen
        await agent.press("5")
        assert "step" in agent.screen
        await agent.press("5")
        assert "10:30:13.165" in agent.screen


async def test_search_inside_messages(settings: Settings, folders: Folders) -> None:
    async with at_trace(settings, folders) as agent:
        await agent.press("slash")
        await agent.type("198.51.100.130")
        await agent.press("enter")
        assert "1 of " in agent.screen
        place = agent.view.ladder.row.index
        await agent.press("f3")
        assert agent.view.ladder.row.index > place
        await agent.press("escape")
        assert "1 of " not in agent.screen
        assert "n" not in agent.view.find.text


async def test_two_messages_are_compared(settings: Settings, folders: Folders) -> None:
    async with at_trace(settings, folders) as agent:
        await agent.press("equals_sign")
        assert "Mark a message with Space" in agent.message
        await agent.press("space", "j", "j", "j", "equals_sign")
        assert "! CSeq: 2 INVITE" in agent.screen
        assert "! From" not in agent.screen


async def test_two_calls_are_compared(settings: Settings, folders: Folders) -> None:
    refused = build_trace([*call_messages()[:6], message(60, CARRIER, PROXY, "486 Busy Here", "2 INVITE", to_tag="9")])
    async with at_trace(settings, folders, size=(200, 50)) as agent:
        compare_calls(agent.app.services, call(), refused)
        await agent.press()
        assert "486 Busy Here" in agent.screen
        assert "10 of 16 differ" in agent.screen
        await agent.press("escape")
        later = build_trace([replace(m, time_us=m.time_us + 60_000_000) for m in call_messages()])
        compare_calls(agent.app.services, call(), later)
        await agent.press()
        assert "All messages match" in agent.screen


async def test_an_open_call_is_compared_with_another_open_one(settings: Settings, folders: Folders) -> None:
    async with at_trace(settings, folders, size=(80, 24)) as agent:
        show_trace(agent.app.services, "Another", build_trace(call_messages()[:5]))
        await agent.press("equals_sign")
        assert "differ" in agent.screen


@pytest.mark.parametrize("form", ["text", "svg", "pcap", "masked-text", "masked-svg", "masked-pcap"])
async def test_a_call_is_saved(settings: Settings, folders: Folders, tmp_path: Path, form: str) -> None:
    from partnertui.screens.shared.trace.save_dialog import FORMATS, content

    async with at_trace(settings, folders) as agent:
        data = content(agent.view, form)
        assert {"txt": b"calls", "svg": b"<svg", "pcap": b"\xd4\xc3\xb2\xa1"}[FORMATS[form].ending] in data
        assert (b"441632960123" in data) != FORMATS[form].masked


async def test_a_file_is_never_replaced_unasked(
    settings: Settings, folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    async with at_trace(settings, folders) as agent:
        await agent.press("ctrl+s")
        assert "call-20260302-103000-+441632960123-+442079460000.txt" in agent.screen
        await agent.press("ctrl+s")
        saved = tmp_path / "call-20260302-103000-+441632960123-+442079460000.txt"
        assert "INVITE" in saved.read_text()
        assert "Saved" in agent.message
        saved.write_text("mine")
        await agent.press("ctrl+s", "ctrl+s")
        assert "Replace the file?" in agent.screen
        await agent.press("escape", "escape")
        assert saved.read_text() == "mine"
        await agent.press("ctrl+s", "ctrl+s", "y")
        assert "INVITE" in saved.read_text()


async def test_copies(settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_trace(settings, folders) as agent:
        copied: list[str] = []
        monkeypatch.setattr(agent.app.services, "copy", lambda text, what: copied.append(text))
        await agent.press("y", "Y")
        assert "180 Ringing" in copied[0]
        assert copied[1].startswith("INVITE sip:+442079460000@lab.test SIP/2.0\nVia")


async def test_messages_first_then_the_sound(settings: Settings, folders: Folders) -> None:
    go_on = threading.Event()

    class Slow(Reading):
        def load_more(self, trace: Trace, cancel: Cancel, tell: Tell) -> Trace:
            go_on.wait(10)
            return call(streams=(stream(),))

    async with agent_at(settings, folders, "customers") as agent:
        open_trace(agent.app.services, "A call", Slow(call()), {PHONE.address: "Acme"})
        await agent.pilot.pause(0.5)
        assert "180 Ringing" in agent.screen
        assert "Acme" in agent.screen
        assert "packets" not in agent.screen
        go_on.set()
        await agent.press()
        assert "PCMA 990 packets" in agent.screen


async def test_what_cannot_be_read_says_why_and_is_tried_again(settings: Settings, folders: Folders) -> None:
    trouble = DomainError("The capture is cut off.", advice="Ask for another one.")
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        open_trace(agent.app.services, "A call", Reading(trouble, call(), sound=trouble))
        await agent.press()
        assert "The capture is cut off." in agent.screen
        assert "F5 tries again" in agent.screen
        await agent.press("f5")
        assert "180 Ringing" in agent.screen
        assert "RTP can't be read" in agent.message


async def test_a_database_that_is_away_is_tried_again_by_itself(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partnertui.kit.shell.sign_in_and_outage.RETRY_SECONDS", 0.2)
    away = DatabaseUnavailable("The database does not answer.", "It is tried again by itself every few seconds.")
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        open_trace(agent.app.services, "A call", Reading(away, call()))
        await agent.press()
        assert "The database does not answer." in agent.screen
        for _ in range(100):
            await agent.pilot.pause(0.05)
            if "180 Ringing" in agent.screen:
                break
        assert "180 Ringing" in agent.screen


async def test_a_call_that_was_not_captured_says_what_to_do(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        open_trace(agent.app.services, "A call", Reading(Trace((), ())))
        await agent.press()
        assert "No messages were captured for this call" in agent.screen
        await agent.press(
            *"V!IjkyYA213450", "ctrl+s", "f3", "enter", "tab", "slash", "space", "equals_sign", "home", "end"
        )
        await agent.press("escape")
        assert agent.app.services.view_stack.location.record is None


async def test_esc_stops_reading(settings: Settings, folders: Folders) -> None:
    begun, stopped = threading.Event(), threading.Event()

    class Endless(Reading):
        def load(self, cancel: Cancel, tell: Tell) -> Trace:
            begun.set()
            while not cancel.cancelled:
                stopped.wait(0.01)
            stopped.set()
            raise QueryCancelled("given up")

    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        open_trace(agent.app.services, "A call", Endless(call()))
        await agent.pilot.pause(0.3)
        assert begun.is_set()
        await agent.press("escape")
        assert "Stopped before everything was read" in agent.screen
        assert stopped.wait(5)
        await agent.press("escape")
        assert agent.app.services.view_stack.location.record is None


async def test_what_a_message_says_is_shown_as_text(settings: Settings, folders: Folders) -> None:
    evil = "\x1b]0;owned\x07[@click=app.exit]x[/] \u202egnp"
    trace = build_trace(
        [
            message(0, PHONE, PROXY, "INVITE", caller=evil, body=sdp(evil), extra=f"{evil}: {evil}\r\n"),
            message(5, PROXY, PHONE, f"603 {evil}", to_tag="9"),
        ]
    )
    async with at_trace(settings, folders, trace) as agent:
        for key in ("j", "V", "escape", "I", "escape", "space", "k", "equals_sign", "escape", "enter"):
            await agent.press(key)
            assert not {"\x1b", "\x07", "\u202e"} & set(agent.screen)
        assert "[@click=app.exit]x[/]" in agent.screen


async def test_ascii_without_utf8(settings: Settings, folders: Folders) -> None:
    async with at_trace(replace(settings, ascii=True), folders) as agent:
        assert "INVITE SDP --" in agent.screen
        assert "==>" in agent.screen
        assert not set("─│▸◂═┆") & set("\n".join(line[24:] for line in agent.screen.splitlines()))


async def test_the_mouse_moves_and_opens(settings: Settings, folders: Folders) -> None:
    async with at_trace(settings, folders) as agent:
        ladder = agent.view.ladder
        await agent.pilot.click(ladder, offset=(20, 4))
        await agent.press()
        assert ladder.row.index == 1
        await agent.pilot.click(ladder, offset=(20, 4), times=2)
        await agent.press()
        assert agent.view.maximized


async def test_thousands_of_messages(settings: Settings, folders: Folders) -> None:
    steps = [
        message(n * 100, PHONE, PROXY, "OPTIONS", f"{n} OPTIONS", call_id=f"k{n % 7}", number=n + 1)
        for n in range(3000)
    ]
    async with at_trace(settings, folders, build_trace(steps)) as agent:
        await agent.press("end")
        assert "3000/3000" in agent.screen
        assert agent.view.current.frame == 3000
        await agent.press("3")
        assert "All messages are hidden" in agent.screen
