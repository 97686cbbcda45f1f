"""Passwords at the start and after a lock: what is on screen meanwhile, what is kept, and what ends a session."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import update
from tests.screens.driving import Agent, agent_at
from tests.screens.test_drafts import vault_opened

from partnertui.config import Folders, Settings
from partnertui.config.settings import Lock
from partnertui.db.database import open_database
from partnertui.db.models import OperatorAccount
from partnertui.domain.passwords import hash_password
from partnertui.kit.widgets.text_dialogs import Confirm

PASSWORD = "correct horse battery staple"
STORED = hash_password(PASSWORD)


def give_password(settings: Settings, **values: object) -> None:
    """Ann gets a password."""
    database = open_database(settings.database_url)
    change = update(OperatorAccount).where(OperatorAccount.login == "ann").values(password_hash=STORED, **values)
    database.write(lambda connection: connection.execute(change))
    database.close()


@pytest.fixture
def with_password(settings: Settings) -> Settings:
    """Settings of somebody with a password."""
    give_password(settings)
    return settings


def shows_data(agent: Agent) -> bool:
    """Whether a customer is on screen."""
    return any(str(row["company"])[:8] in agent.screen for row in agent.view.table.window.rows)


async def test_nothing_is_read_before_the_password_is_right(with_password: Settings, folders: Folders) -> None:
    async with agent_at(with_password, folders, "customers") as agent:
        assert "Log in as Ann Whitfield" in agent.screen
        assert agent.view.table.window.rows == []
        await agent.press("escape", "g", "u")
        await agent.press("enter")
        await agent.wait("4 more tries before the login is locked.")
        assert agent.view.table.window.rows == []
        await agent.type(PASSWORD)
        assert "correct" not in agent.screen
        await agent.press("enter")
        await agent.wait("Ann Whitfield (support)")
        await agent.press()
        assert shows_data(agent)


async def test_five_wrong_ones_say_until_when(with_password: Settings, folders: Folders) -> None:
    async with agent_at(with_password, folders, "customers") as agent:
        for left in ("4 more tries", "3 more tries", "2 more tries", "1 more try", "“ann” is locked until"):
            await agent.press("x", "enter")
            await agent.wait(left)
        assert "ask an admin to unlock it" in " ".join(agent.screen.split())
        await agent.type(PASSWORD)
        await agent.press("enter")
        assert "is locked until" in agent.screen
        assert agent.app.services.operator is None


async def test_known_by_ssh_nobody_is_asked(with_password: Settings, folders: Folders) -> None:
    from partnertui.app import PartnerApp
    from partnertui.screenshot import settle

    app = PartnerApp(with_password, folders, "customers")
    app.services.known_by_account = True
    async with app.run_test(size=(140, 40)) as pilot:
        await settle(app)
        agent = Agent(app, pilot)
        assert "Ann Whitfield (support)" in agent.screen
        await agent.press("ctrl+b")
        assert "Password of “ann”" in agent.screen


async def test_a_locked_screen_shows_nothing_and_keeps_what_is_typed(with_password: Settings, folders: Folders) -> None:
    async with agent_at(with_password, folders, "customers") as agent:
        await agent.type(PASSWORD)
        await agent.press("enter")
        await agent.press("n")
        await agent.type("Half a sentence")
        await agent.press("ctrl+b")
        assert "Locked: Ann Whitfield" in agent.screen
        assert "Half a sentence" not in agent.screen
        assert not shows_data(agent)
        assert "Customers" not in agent.screen
        await agent.press("q", "escape", "ctrl+p", "f1", "enter")
        assert "Locked: Ann Whitfield" in agent.screen
        await agent.type(PASSWORD)
        await agent.press("enter")
        assert "Half a sentence" in agent.screen
        assert shows_data(agent)


async def test_no_dialog_opens_over_a_locked_screen(with_password: Settings, folders: Folders) -> None:
    async with agent_at(with_password, folders, "customers") as agent:
        await agent.type(PASSWORD)
        await agent.press("enter", "ctrl+b")
        services = agent.app.services
        services.show_dialog(Confirm(services, "A question", "About a customer"))
        await agent.press()
        assert "A question" not in agent.screen
        await agent.type(PASSWORD)
        await agent.press("enter")
        assert "A question" in agent.screen


async def test_idle_minutes_lock_and_a_key_puts_it_off(settings: Settings, folders: Folders) -> None:
    """Without a password, on this host: Enter goes on."""
    settings = dataclasses.replace(settings, lock=Lock(idle_minutes=10))
    async with agent_at(settings, folders, "customers") as agent:
        agent.app.last_input -= 599
        await agent.press("down")
        agent.app._lock_if_idle()
        await agent.press()
        assert shows_data(agent)
        agent.app.last_input -= 601
        agent.app._lock_if_idle()
        await agent.press()
        assert "No key was pressed for 10 minutes." in agent.screen
        assert not shows_data(agent)
        await agent.press("x", "enter")
        assert shows_data(agent)


async def test_zero_never_locks(settings: Settings, folders: Folders) -> None:
    settings = dataclasses.replace(settings, lock=Lock(idle_minutes=0))
    async with agent_at(settings, folders, "customers") as agent:
        agent.app.last_input -= 1e6
        agent.app._lock_if_idle()
        await agent.press()
        assert shows_data(agent)


async def test_over_ssh_without_a_password_the_session_ends(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.61 50022 192.0.2.1 22")
    async with agent_at(settings, folders, "customers") as agent:
        await vault_opened(agent)
        await agent.press("n")
        await agent.type("Half a sentence")
        await agent.press("ctrl+b")
        assert "Your session has ended" in agent.screen
        assert "Unsaved text is kept as" in agent.screen
        assert not shows_data(agent)
        await agent.press("enter")
        assert agent.app.return_code == 1
    async with agent_at(settings, folders, "customers") as again:
        await vault_opened(again)
        await again.press("n")
        assert "Half a sentence" in again.screen
