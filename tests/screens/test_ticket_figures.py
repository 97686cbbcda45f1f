"""The plot of the ticket statistics follows the tab: lines by day, bars by agent, customer and verdict."""

from __future__ import annotations

import pytest
from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings
from partnertui.domain.symbols import UNICODE
from partnertui.screens.ticket_figures.bars import SHOWN, bar_lines
from partnertui.screens.ticket_figures.plot import PlotDialog

SIZES = ((80, 24), (140, 40))


@pytest.mark.parametrize("size", SIZES)
async def test_by_day_counts_and_times_are_lines(settings: Settings, folders: Folders, size: tuple[int, int]) -> None:
    async with agent_at(settings, folders, "support", size) as agent:
        await agent.press("upper_i")
        assert agent.view.location.screen == "ticket-figures"
        await agent.press("upper_i")
        await agent.wait("solved")
        assert isinstance(agent.app.screen, PlotDialog)
        for text in ("opened", "replies", "solved", "first response, hours", "resolution, hours", "day, 20"):
            assert text in agent.screen
        await agent.press("q")
        assert not isinstance(agent.app.screen, PlotDialog)


@pytest.mark.parametrize(("tab", "grouping"), [(1, "agent"), (2, "customer"), (3, "verdict")])
async def test_bars_of_the_tab_shown(settings: Settings, folders: Folders, tab: int, grouping: str) -> None:
    async with agent_at(settings, folders, "ticket-figures", (100, 60)) as agent:
        await agent.press(*["tab"] * tab)
        assert f"By {grouping}" in agent.screen
        top = max(agent.view.table.window.rows, key=lambda row: row["opened"])
        await agent.press("upper_i")
        await agent.wait(f"Tickets by {grouping}")
        for heading in ("Opened", "Replies", "Solved", "First response, median time", "Resolution, median time"):
            assert heading in agent.screen
        assert "█" in agent.screen
        assert str(top["name"])[:20] in agent.screen


def test_the_longest_bar_fills_the_width_and_the_rest_is_counted() -> None:
    none = {"answered": 0, "solved": 0, "first_answer": None, "solution": None}
    rows = [{"name": f"Agent {number}", "opened": number, **none} for number in range(1, SHOWN + 4)]
    lines = bar_lines([*rows, {"name": "Ann", "opened": 0, **none, "solution": 7200}], 60, UNICODE.line)
    texts = ["".join(text for text, _ in line.pieces) for line in lines]
    assert max(map(len, texts)) == 60
    assert texts[1].startswith("Agent 15 ███")
    assert texts[1].endswith("█ 15")
    assert texts[SHOWN + 1] == "3 more in the list"
    assert texts[-1].endswith(" 2:00:00")
    assert texts.count("none") == 3
