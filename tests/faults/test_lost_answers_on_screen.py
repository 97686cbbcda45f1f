"""Case D3b as an agent meets it: COMMIT went through, its answer was lost, and the same key is pressed again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.screens.driving import Agent, agent_at
from tests.screens.test_refunds import all_of, choose, confirm, sold, with_program

from partnertui.config import Folders, Settings
from partnertui.db import idempotent_writes
from partnertui.db.errors import OutcomeUnknown
from partnertui.db.models import Customer, Note, Refund
from partnertui.db.unit_of_work import UnitOfWork

__all__ = ["sold"]
UNKNOWN = "may or may not have been saved"
HAD = "Your first attempt had already been saved."


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Until it is called, COMMITs are stored, but their answers are lost, and nothing can be looked up."""
    commit, look_up = UnitOfWork.commit, idempotent_writes._look_up

    def lose(unit: UnitOfWork) -> None:
        commit(unit)
        raise OutcomeUnknown("Your change may or may not have been saved.", "Save again to find out.")

    def nothing(*about: object) -> None:
        raise about[-1]  # type: ignore[misc]

    monkeypatch.setattr(UnitOfWork, "commit", lose)
    monkeypatch.setattr(idempotent_writes, "_look_up", nothing)

    def back() -> None:
        monkeypatch.setattr(UnitOfWork, "commit", commit)
        monkeypatch.setattr(idempotent_writes, "_look_up", look_up)

    return back


async def again(agent: Agent, answers: Callable[[], None]) -> None:
    """The answer is lost; the server comes back, and the same key is pressed."""
    assert UNKNOWN in " ".join(agent.screen.split())
    answers()
    await agent.press("ctrl+s")
    await agent.press()
    assert agent.message.startswith(HAD), agent.message


async def test_a_refund(
    settings: Settings, folders: Folders, sold: int, tmp_path: Path, answers: Callable[[], None]
) -> None:
    async with agent_at(with_program(settings, tmp_path), folders, "transactions", (80, 24)) as agent:
        await choose(agent, 1)
        await agent.press("ctrl+s")
        await confirm(agent)
        await again(agent, answers)
        assert agent.message == f"{HAD} €14.80 was refunded."
    assert [one.amount for one in all_of(settings, Refund)] == [14_800_000]
    assert (tmp_path / "asked").read_text().count('"refund"') == 1


async def test_a_note(settings: Settings, folders: Folders, answers: Callable[[], None]) -> None:
    before = len(all_of(settings, Note))
    async with agent_at(settings, folders, "customers") as agent:
        await agent.press("n")
        await agent.type("called twice")
        await agent.press("ctrl+s")
        await again(agent, answers)
    assert len(all_of(settings, Note)) == before + 1


async def test_a_form(settings: Settings, folders: Folders, answers: Callable[[], None]) -> None:
    before = {row.id: row.version for row in all_of(settings, Customer)}
    async with agent_at(settings, folders, "customers") as agent:
        await agent.press("e")
        await agent.type("x")
        await agent.press("ctrl+s")
        await again(agent, answers)
    after = {row.id: row.version for row in all_of(settings, Customer)}
    assert sum(after.values()) == sum(before.values()) + 1
