"""All fields of a message as tshark dissects them, in the trace view: in the background, searched, copied."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from tests.ladder.ladder_samples import PHONE, PROXY, call, call_messages, message
from tests.screens.test_trace import Reading, at_trace

from partnertui.calls.call_assembly import build_trace
from partnertui.captures import tshark
from partnertui.config import Folders, Settings
from partnertui.screens.shared.trace import field_trees, open_trace

needs_tshark = pytest.mark.tshark


@needs_tshark
async def test_all_fields_of_the_message_under_the_cursor(settings: Settings, folders: Folders) -> None:
    async with at_trace(settings, folders, size=(200, 60)) as agent:
        assert len(agent.view.field_trees.trees) == len(agent.view.trace.messages), "before anybody asked"
        await agent.press("upper_d")
        for words in ("Session Initiation Protocol (INVITE)", "Request-URI: sip:", "Branch: ", "Sequence Number: 1"):
            assert words in agent.screen
        await agent.press("tab", "end")
        assert "Source Address" not in agent.screen, "what carried it was not kept"
        assert "Media Port: 4000" in agent.screen
        await agent.press("tab")
        await agent.press("down")
        assert "Status-Code: 407" in agent.screen
        await agent.press("upper_d")
        assert "Status-Code: 407" not in agent.screen
        assert "SIP/2.0 407" in agent.screen


@needs_tshark
async def test_in_a_small_terminal_it_has_all_the_room(settings: Settings, folders: Folders) -> None:
    async with at_trace(settings, folders, size=(80, 24)) as agent:
        await agent.press("upper_d")
        assert "Session Initiation Protocol (INVITE)" in agent.screen
        await agent.press("escape", "enter")
        assert "INVITE sip:" in agent.screen
        assert "Session Initiation Protocol" not in agent.screen


@needs_tshark
async def test_what_only_the_tree_says_is_found(settings: Settings, folders: Folders) -> None:
    async with at_trace(settings, folders, size=(140, 30)) as agent:
        await agent.press("upper_d", "slash")
        await agent.type("come whole in one")
        assert "No visible message contains" in agent.message
        await agent.press("escape", "slash")
        await agent.type("Owner Username")
        assert "Owner Username" in agent.screen
        found = agent.view.ladder.cursor
        await agent.press("enter", "f3")
        assert agent.view.ladder.cursor != found
        assert "Owner Username" in agent.screen


@needs_tshark
async def test_the_tree_is_copied_as_text(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_trace(settings, folders) as agent:
        copied: list[str] = []
        monkeypatch.setattr(agent.app.services, "copy", lambda text, what: copied.append(text))
        await agent.press("upper_d", "upper_y")
        assert copied[0].startswith("Session Initiation Protocol (INVITE)\n  Request-Line: INVITE")


@needs_tshark
async def test_hostile_text_stays_text(settings: Settings, folders: Folders) -> None:
    first = call_messages()[0]
    hostile = b"X-Bad: \x1b]0;owned\x07\xe2\x80\xae[@click=app.quit]x[/]\r\nCall-ID"
    bad = first.data.replace(b"Call-ID", hostile, 1)
    async with at_trace(settings, folders, build_trace([replace(first, data=bad)]), size=(200, 60)) as agent:
        await agent.press("upper_d")
        assert "X-Bad: " in agent.screen
        assert "\x1b]0" not in agent.screen
        assert "\u202e" not in agent.screen
        assert "[@click=app.quit]" in agent.screen


async def test_without_tshark_it_says_what_to_install(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tshark, "installed", lambda: False)
    async with at_trace(settings, folders) as agent:
        assert agent.message == "", "nobody asked for it"
        await agent.press("upper_d", "enter")
        assert "apt-get install tshark" in agent.screen
        await agent.press("upper_d")
        assert "INVITE sip:" in agent.screen


async def test_it_never_delays_the_messages_and_ends_with_the_view(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = asyncio.Event()

    async def forever(*arguments: object) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    monkeypatch.setattr(field_trees, "dissect", forever)
    async with at_trace(settings, folders, size=(200, 60)) as agent:
        await agent.pilot.press("upper_d")
        await agent.pilot.pause(0.2)
        assert "180 Ringing" in agent.screen
        assert "Dissecting …" in agent.screen
        for view in list(agent.app.services.view_stack.views.values()):
            await view.remove()
        await asyncio.wait_for(ended.wait(), 5)


@needs_tshark
async def test_of_thousands_only_those_around_the_cursor(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(field_trees, "MOST", 50)
    many = build_trace([message(n * 100, PHONE, PROXY, "MESSAGE", f"{n} MESSAGE", number=n) for n in range(1, 400)])
    async with at_trace(settings, folders, many, size=(200, 60)) as agent:
        assert not agent.view.field_trees.trees
        await agent.press("end", "upper_d")
        assert "Session Initiation Protocol" in agent.screen
        assert len(agent.view.field_trees.trees) == 50
        await agent.press("home")
        assert 0 in agent.view.field_trees.trees


async def test_reading_again_dissects_again(settings: Settings, folders: Folders) -> None:
    async with at_trace(settings, folders) as agent:
        open_trace(agent.app.services, "Another", Reading(call(), build_trace(call_messages()[:3])))
        await agent.press()
        before = agent.view.field_trees.messages
        await agent.press("f5")
        assert len(agent.view.field_trees.messages) == 3 < len(before)
