"""Users: the dialog by keys, what is greyed, refused, shown once; the record's line about the switch."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import select
from tests.db.users.makers import make_switch_file
from tests.screens.driving import Agent, agent_at

from partnertui.config import Folders, Settings
from partnertui.config.settings import Kamailio, Users
from partnertui.db.database import open_database
from partnertui.db.kamailio.subscriber_database import Switch
from partnertui.db.models import CommittedWrite, Customer, Draft, History, User
from partnertui.kit.declare.catalog import Catalog
from partnertui.kit.declare.form import Field, Form
from partnertui.kit.declare.view_location import Location, Scope
from partnertui.kit.views.form.form_dialog import FormDialog
from partnertui.kit.views.headless_services import headless_context
from partnertui.screens.users.form_action import UserForm

NARROW = (80, 24)


def rows(settings: Settings, query: Any) -> list[Any]:
    database = open_database(settings.database_url)
    try:
        return list(database.read(lambda connection: connection.execute(query).all()))
    finally:
        database.close()


def user(settings: Settings, email: str) -> Any:
    table: Any = User.__table__
    return rows(settings, select(table).where(table.c.email == email))[0]


def customer(settings: Settings) -> Any:
    table: Any = Customer.__table__
    return rows(settings, select(table).where(table.c.id == 1))[0]


async def until(agent: Agent, text: str) -> None:
    """Waits until a text is on the screen."""
    for _ in range(120):
        if text in agent.screen:
            return
        await asyncio.sleep(0.05)
        await agent.press()
    raise AssertionError(f"{text} never came:\n{agent.screen}")


async def by_menu(agent: Agent, typed: str) -> None:
    """Runs an action of the context menu, as one does that has no key."""
    await agent.press("full_stop")
    await agent.type(typed)
    await agent.press("enter")


async def test_a_user_with_defaults_in_few_keys(settings: Settings, folders: Folders) -> None:
    """At most 12 keys and the text, from the list of all users."""
    company, keys = customer(settings).company, 0

    async def press(*names: str) -> None:
        nonlocal keys
        keys += len(names)
        await agent.press(*names)

    async with agent_at(settings, folders, "users", NARROW) as agent:
        await press("a")
        assert "name, ID, e-mail, phone or DDI" in agent.screen
        await agent.type(company)
        await press("enter")
        assert f"Add a user to {company[:20]}" in agent.screen
        await agent.type("Ada Byron")
        await press("tab")
        await agent.type("Ada.Byron@example.org")
        await press("ctrl+s")
        await until(agent, "shown only once")
        shown = re.search(r"Password +(\w{16})", agent.screen)
        assert shown is not None
        await agent.press("escape")
        assert "Ada Byron" in agent.screen
        assert shown[1] not in agent.screen
    assert keys <= 12
    assert keys == 4
    row = user(settings, "ada.byron@example.org")
    PasswordHasher().verify(row.password_hash, shown[1])
    assert row.password_hash.startswith("$argon2id$")
    assert row.sip_username == f"1001-{row.extension}"
    for model in (History, CommittedWrite, Draft):
        assert shown[1] not in str(rows(settings, select(model.__table__)))
    assert not any(shown[1].encode() in path.read_bytes() for path in folders.state.rglob("*") if path.is_file())


async def test_what_cannot_be_set_yet_is_greyed_with_the_reason(settings: Settings, folders: Folders) -> None:
    async with adding(settings, folders) as agent:
        assert "Caller ID               available after saving, if there is a DDI" in agent.screen
        assert "DDIs                    route them on the DDIs screen after saving" in agent.screen
        assert "SIP user name           formed from the customer's ID and the extension" in agent.screen
        fields = []
        for _ in range(6):
            fields.append(agent.app.screen.current().entry.name)
            await agent.press("tab")
        assert fields == ["name", "email", "extension", "role", "state", "voicemail_enabled"]


def adding(settings: Settings, folders: Folders) -> Any:
    """An agent at an empty dialog."""
    return Adding(settings, folders)


class Adding:
    """Opens the dialog for a customer that is shown."""

    def __init__(self, settings: Settings, folders: Folders) -> None:
        self.opened = agent_at(settings, folders, "users", NARROW)
        self.company = customer(settings).company

    async def __aenter__(self) -> Agent:
        agent = await self.opened.__aenter__()
        agent.app.services.set_scope(Scope(1, self.company))
        await agent.press("a")
        return agent

    async def __aexit__(self, *error: Any) -> None:
        await self.opened.__aexit__(*error)


async def fill(agent: Agent, **values: object) -> None:
    """Puts values into fields as if typed."""
    for name, value in values.items():
        row = next(row for row in agent.app.screen.rows if row.entry.name == name)  # type: ignore[attr-defined]
        row.editor.put(value, {})
        agent.app.screen.update_dependents()  # type: ignore[attr-defined]


async def test_a_clash_stands_at_the_extension(settings: Settings, folders: Folders) -> None:
    async with adding(settings, folders) as agent:
        await fill(agent, name="Ada", email="ada@example.org")
        for typed, words in (("201", "is in use: user "), ("*800", r"clashes with \*8: feature code call pick-")):
            await fill(agent, extension=typed)
            await agent.press("ctrl+s")
            await until(agent, f"{typed} {words[:5]}")
            assert re.search(rf"{re.escape(typed)} {words}", agent.screen)
        await fill(agent, email="not an address", extension="999")
        await agent.press("ctrl+s")
        assert "isn't an e-mail address" in agent.screen
        assert "999 is an emergency number" in agent.screen
    assert not rows(settings, select(User.id).where(User.email == "ada@example.org"))


async def test_a_typed_password_is_judged_and_in_no_fingerprint(settings: Settings, folders: Folders) -> None:
    async with adding(settings, folders) as agent:
        await fill(agent, name="Ada", email="ada@example.org", password_mode="typed", password="Password2026")
        await agent.press("ctrl+s")
        await until(agent, "too easy to guess")
        assert "Security !" in agent.screen
        assert "Password2026" not in agent.screen
        await fill(agent, password="nine plum trams sing")
        await agent.press("ctrl+s")
        await until(agent, "Users › Ada")
    PasswordHasher().verify(user(settings, "ada@example.org").password_hash, "nine plum trams sing")
    dialogs = [dialog_fingerprint(settings, folders, "nine plum trams sing") for _ in range(2)]
    assert dialogs[0] != dialogs[1], "two dialogs with the same password have nothing in common"


def dialog_fingerprint(settings: Settings, folders: Folders, password: str) -> object:
    """What a new dialog compares a password by."""
    services = headless_context(settings, folders, Catalog({})).services
    dialog = FormDialog(services, Form("t", (Field("password", secret=True),), write=lambda *given: None))
    return dialog.compared(dialog.rows[0], {"password": password})


async def test_editing_changes_the_password_and_shows_what_was_generated(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "users", NARROW) as agent:
        row = agent.view.table.window.row
        before = user(settings, row["email"])
        await agent.press("e")
        await fill(agent, password_mode="generate", new_sip_password=True)
        await agent.press("ctrl+s")
        await until(agent, "SIP password")
        shown = re.search(r"Password +(\w{16})", agent.screen)
        sip = re.search(r"SIP password +(\w{20})", agent.screen)
        assert shown is not None
        assert sip is not None
        await agent.press("escape", "h")
        assert "  Password: changed" in agent.screen  # whether there was one before isn't read
        assert "SIP password: changed" in agent.screen
        assert sip[1] not in agent.screen
    after = user(settings, row["email"])
    PasswordHasher().verify(after.password_hash, shown[1])
    assert after.sip_password_ciphertext != before.sip_password_ciphertext


async def test_the_sip_password_is_shown_on_request_and_recorded(settings: Settings, folders: Folders) -> None:
    async with adding(settings, folders) as agent:
        await fill(agent, name="Ada", email="ada@example.org")
        await agent.press("ctrl+s")
        await until(agent, "shown only once")
        await agent.press("escape")
        await until(agent, "Users › Ada")
        copied: list[str] = []
        agent.app.services.copy = lambda text, what: copied.append(text)
        await by_menu(agent, "show the sip")
        await until(agent, "SIP password  ")
        shown = re.search(r"SIP password +(\w{20})", agent.screen)
        assert shown is not None
        await agent.press("y")
        assert copied == [shown[1]]
        await agent.press("escape", "h")
        await until(agent, "SIP password: hidden → shown")


async def test_removing_says_what_is_in_the_way(settings: Settings, folders: Folders) -> None:
    from partnertui.db.models import Ddi
    from partnertui.domain.pbx_enums import TargetType

    (target,) = rows(
        settings,
        select(Ddi.target_id, Ddi.customer_id)
        .where(Ddi.route_type == TargetType.USER, Ddi.customer_id.is_not(None), Ddi.target_id.is_not(None))
        .limit(1),
    )
    async with agent_at(settings, folders, "users", NARROW) as agent:
        agent.app.services.open(Location("users", target.target_id))
        await agent.press()
        await agent.press("delete")
        await until(agent, "can't be removed yet")
        assert "DDI +" in agent.screen
        await agent.press("escape")
    assert user_by_id(settings, target.target_id).removed_at is None


def user_by_id(settings: Settings, key: int) -> Any:
    table: Any = User.__table__
    return rows(settings, select(table).where(table.c.id == key))[0]


async def test_removing_previews_then_removes(settings: Settings, folders: Folders) -> None:
    async with adding(settings, folders) as agent:
        await fill(agent, name="Ada", email="ada@example.org")
        await agent.press("ctrl+s")
        await until(agent, "shown only once")
        await agent.press("escape")
        await until(agent, "Users › Ada")
        key = user(settings, "ada@example.org").id
        await agent.press("delete")
        await until(agent, "Remove Ada?")
        assert "ada@example.org will become available" in agent.screen
        await agent.press("y")
        await until(agent, "User removed.")
    assert user_by_id(settings, key).removed_at is not None


async def test_the_status_log(settings: Settings, folders: Folders) -> None:
    from partnertui.db.models import UserStatus

    ((key,),) = rows(settings, select(UserStatus.user_id).limit(1))
    async with agent_at(settings, folders, "users", NARROW) as agent:
        agent.app.services.open(Location("users", key))
        await agent.press()
        await agent.press("Z")
        await until(agent, "'s status log")
        assert re.search(r"2026-\d\d-\d\d .* (available|busy|away|do not disturb|offline)", agent.screen)


async def test_log_in_as_user_is_shown_once_and_copied(settings: Settings, folders: Folders) -> None:
    from tests.db.users.portal import redeem

    table: Any = User.__table__
    key = rows(settings, select(table.c.id).where(table.c.state == "active").limit(1))[0][0]
    with_portal = replace(settings, users=Users(login_url="https://portal.example.org/in?token="))
    async with agent_at(settings, folders, "users", NARROW) as agent:
        agent.app.services.open(Location("users", key))
        await agent.press()
        await agent.press("f2")
        assert "users.login_url" in agent.message
    async with agent_at(with_portal, folders, "users", NARROW) as agent:
        copied: list[str] = []
        agent.app.services.copy = lambda text, what: copied.append(text)
        agent.app.services.open(Location("users", key))
        await agent.press()
        await agent.press("f2")
        await until(agent, "Works once, within 60 seconds")
        token = copied[0].removeprefix("https://portal.example.org/in?token=")
        assert token[-20:] in agent.screen
        await agent.press("escape")
        assert token[-20:] not in agent.screen
        database = open_database(settings.database_url)
        assert (redeem(database, token), redeem(database, token)) == (key, None)
        database.close()
        await by_menu(agent, "end your session")
        await until(agent, "Ended: you are no longer logged in")
        await agent.press("h")
        assert f"as {user_by_id(settings, key).name}, started" in agent.screen
        assert "started" in agent.screen


async def test_the_record_says_that_it_is_off(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "users", NARROW) as agent:
        await agent.press("enter")
        assert "On the switch        off: users aren't written to it" in agent.screen


def with_switch(settings: Settings, path: Path) -> Settings:
    return replace(settings, kamailio=Kamailio(url=f"sqlite:///{path}", subscribers="write"))


async def test_the_program_writes_it_and_the_record_says_so(
    settings: Settings, folders: Folders, tmp_path: Path
) -> None:
    path = tmp_path / "kamailio.sqlite"
    async with adding(with_switch(settings, path), folders) as agent:
        assert "Adds the user here, then on the switch." in agent.screen
        await fill(agent, name="Ada", email="ada@example.org")
        await agent.press("ctrl+s")
        await until(agent, "shown only once")
        await agent.press("escape")
        await until(agent, "waiting since")
        await until(agent, " " * 21 + "database file can't be opened.")
        make_switch_file(path)
        await until(agent, "yes, written")
    database = open_database(settings.database_url)
    switch = Switch(database, f"sqlite:///{path}")
    name = user(settings, "ada@example.org").sip_username
    assert any(account.startswith(f"{name}@") for account in accounts(switch))
    switch.close()
    database.close()


def accounts(switch: Switch) -> list[str]:
    from tests.db.users.makers import on_switch

    return list(on_switch(switch))


async def test_comparing_lists_and_mends(settings: Settings, folders: Folders, tmp_path: Path) -> None:
    path = tmp_path / "kamailio.sqlite"
    url = make_switch_file(path)
    async with adding(with_switch(settings, path), folders) as agent:
        await fill(agent, name="Ada", email="ada@example.org")
        await agent.press("ctrl+s")
        await until(agent, "shown only once")
        await agent.press("escape")
        await until(agent, "yes, written")
        other = open_database(url)
        other.write(lambda connection: connection.exec_driver_sql("DELETE FROM subscriber"))
        other.close()
        await agent.press("equals_sign")
        await until(agent, "1 user compared: 1 differs.")
        assert "not on the" in agent.screen
        await agent.press("ctrl+s")
        await until(agent, "yes, written")
        await agent.press("equals_sign")
        await until(agent, "1 user compared: no differences.")


def test_what_is_generated_is_in_no_repr(settings: Settings, folders: Folders) -> None:
    form = UserForm(headless_context(settings, folders, Catalog({})).services, 1)
    assert form.password not in repr(form)
    assert form.sip_password not in repr(form)
