"""*Whois* and *Block IP*, as an agent sees them. The only server that is ever asked is on loopback."""

from __future__ import annotations

import dataclasses
import re
import socket
import sqlite3
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from tests.probes.rdap_server import rdap_server
from tests.screens.driving import Agent, agent_at

from partnertui import screens
from partnertui.config import Folders, Settings
from partnertui.config.settings import Block, DatabaseSettings, Whois
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import InvalidValue, Ip
from partnertui.screens.shared.block_ip import database_hosts, end_of, never
from partnertui.screenshot import settle

PUBLIC = "193.0.6.139"


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing leaves this host, whatever a test does wrong."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    look_up = socket.getaddrinfo

    def guarded(host: object, *more: object, **named: object) -> object:
        assert host in {"127.0.0.1", b"127.0.0.1", "localhost"}, f"somebody asks for {host}"
        return look_up(host, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", guarded)


def statement(settings: Settings, text: str, *values: object) -> list[tuple[object, ...]]:
    """Runs SQL on the test's database."""
    with sqlite3.connect(settings.database_url.removeprefix("sqlite:///")) as connection:
        return connection.execute(text, values).fetchall()


def with_public(settings: Settings, url: str, **more: object) -> Settings:
    """Settings with that server, and chats that came from a public address."""
    statement(settings, "UPDATE chats SET ip = ?", PUBLIC)
    return dataclasses.replace(settings, whois=Whois(url=url, **more))  # type: ignore[arg-type]


def read(agent: Agent) -> str:
    """What a dialog says, without its border, lines put together."""
    lines = re.findall(r"│ [▌ ]?(.*?)│", agent.screen)
    return " ".join(" ".join(lines).split())


async def test_who_is_a_public_address(settings: Settings, folders: Folders) -> None:
    async with rdap_server() as server, agent_at(with_public(settings, server.url), folders, "chats") as agent:
        await agent.press("w")
        for words in ("193.0.0.0/21", "Example Broadband", "Netherlands (NL)", "abuse@example.net", "127.0.0.1"):
            assert words in agent.screen
        assert "objectClassName" not in agent.screen
        await agent.press("space")
        assert "objectClassName" in agent.screen
        await agent.press("escape", "w")
        assert len(server.asked) == 1, "kept, so nobody is asked again"
        assert "Example Broadband" in agent.screen
        server.body = server.body.replace(b"Example Broadband", b"Another \\u001b[2J\\u202e Owner")
        await agent.press("r")
        assert len(server.asked) == 2
        assert "Another ·[2J· Owner" in agent.screen
    assert len(statement(settings, "SELECT 1 FROM whois_records WHERE query = ?", PUBLIC)) == 1


async def test_an_old_answer_is_asked_for_again(settings: Settings, folders: Folders) -> None:
    async with (
        rdap_server() as server,
        agent_at(with_public(settings, server.url, keep_days=0), folders, "chats") as agent,
    ):
        await agent.press("w", "escape", "w")
        assert len(server.asked) == 2


@pytest.mark.parametrize("screen", [s for s in screens.find().screens])
async def test_every_screen_with_an_address_has_it(screen: str, settings: Settings, folders: Folders) -> None:
    """Demo data has documentation and private addresses, so no server is queried."""
    async with rdap_server() as server:
        settings = dataclasses.replace(settings, whois=Whois(url=server.url))
        async with agent_at(settings, folders, screen) as agent:
            if not any(isinstance(column.kind, Ip) for column in agent.view.page.columns):
                return
            actions = {action.id: action for action in agent.view.actions()}
            assert "ip.who-is" in actions
            if agent.view.table.window.rows and not actions["ip.who-is"].refusal(agent.view.context()):
                await agent.press("w")
                if "Whois" in agent.screen:
                    await agent.press("enter")
                assert "Whois: " in agent.screen
                assert "no owner to look up" in read(agent)
        assert server.asked == []


async def test_phones_have_addresses_in_uris(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "sip-locations") as agent:
        agent.view.bar.replace("-received:-")
        await settle(agent.app)
        await agent.press("w")
        if "Whois" in agent.screen:
            await agent.press("enter")
        assert "Type" in agent.screen


async def test_without_a_network_it_says_so(settings: Settings, folders: Folders) -> None:
    async with agent_at(with_public(settings, "http://127.0.0.1:9/", timeout=2), folders, "chats") as agent:
        await agent.press("w")
        assert "127.0.0.1 can't be reached. Check this host's network" in agent.screen
    async with agent_at(with_public(settings, ""), folders, "chats") as agent:
        await agent.press("w")
        assert "No RDAP server is configured. Set whois.url" in agent.screen


async def test_escape_does_not_wait(settings: Settings, folders: Folders) -> None:
    async with (
        rdap_server(wait=5) as server,
        agent_at(with_public(settings, server.url), folders, "chats") as agent,
    ):
        await agent.pilot.press("w")
        await agent.pilot.pause(0.6)
        assert "Querying http://127.0.0.1" in agent.screen
        await agent.press("escape")
        assert "Whois: 193" not in agent.screen
        assert not agent.app.services.jobs.running


# blocking


async def fill(agent: Agent, *values: str) -> None:
    """Types values into the fields of the dialog, from the reason on, and saves."""
    await agent.press("tab")
    for value in values:
        await agent.type(value)
        await agent.press("tab")
    await agent.press("ctrl+s")


def blocking(settings: Settings, **more: object) -> Settings:
    """Settings for blocking; chats came from a public address."""
    statement(settings, "UPDATE chats SET ip = ?", PUBLIC)
    return dataclasses.replace(settings, block=Block(**more))  # type: ignore[arg-type]


async def test_block_and_unblock(settings: Settings, folders: Folders) -> None:
    async with agent_at(blocking(settings), folders, "chats") as agent:
        await agent.press("B")
        assert "Blocks one address." in agent.screen
        await fill(agent, "", "")
        assert "1 field needs correcting." in agent.screen
        await fill_reason(agent, "Guesses passwords", "2999-01-01")
        assert agent.message == f"Blocked {PUBLIC}."
        await agent.press("B")
        await fill(agent, "Again")
        assert f"{PUBLIC} is already blocked, since 20" in agent.screen
        assert "Guesses passwords" in agent.screen
        assert "Again" in agent.screen, "what was typed stays"
        await agent.press("escape", "y", "colon")
        await agent.type("Blocked IPs")
        await agent.press("enter")
        assert agent.view.table.window.row["network"] == PUBLIC
        assert agent.view.table.window.row["blocked_by"] == "Ann Whitfield"
        await agent.press("h")
        assert "History of" in agent.screen
        await agent.press("escape", "delete")
        assert f"{PUBLIC} was blocked. Reason: Guesses passwords" in agent.screen
        await agent.press("y")
        assert agent.message == f"{PUBLIC} is no longer blocked."
        assert PUBLIC not in agent.column("network")
    found = statement(settings, "SELECT action FROM history WHERE object_table = 'blocked_ips' ORDER BY id")
    assert len(found) >= 2


async def fill_reason(agent: Agent, reason: str, until: str = "") -> None:
    """The cursor is in the reason field."""
    await agent.type(reason)
    await agent.press("tab")
    if until:
        await agent.type(until)
    await agent.press("ctrl+s")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("127.0.0.1", "it can't be blocked"),
        ("193.0.0.0/8", "is too large: it has 16,777,216 addresses."),
        ("203.0.113.9", "never blocked (block.never)"),
        ("193.0.6.139/24", "Enter 193.0.6.0/24 for the whole network"),
        ("nonsense", "isn't an IP address"),
    ],
)
async def test_what_is_not_blocked(typed: str, words: str, settings: Settings, folders: Folders) -> None:
    from ipaddress import ip_network

    settings = blocking(settings, never=(ip_network("203.0.113.0/24"),))
    async with agent_at(settings, folders, "blocked-ips") as agent:
        before = agent.column("network")
        await agent.press("a")
        await agent.type(typed)
        await fill(agent, "Because")
        await agent.press()
        assert words in read(agent)
        assert "Because" in agent.screen
        await agent.press("escape", "y")
        assert agent.column("network") == before


def script(folder: Path, text: str) -> str:
    """A command of the site."""
    path = folder / "hook"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


async def test_the_sites_command_gets_arguments_and_no_shell(
    settings: Settings, folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTNERTUI_DATABASE_URL", "postgresql://ann:secret@db/x")
    hook = script(tmp_path, f'printf "%s|" "$@" > {tmp_path}/got; env > {tmp_path}/env; echo fence up; echo more')
    async with agent_at(blocking(settings, hook=(hook, "--site", "a b")), folders, "chats") as agent:
        await agent.press("B", "tab")
        await fill_reason(agent, "$(touch /tmp/x); `id`")
        assert agent.message == f"Blocked {PUBLIC}. hook succeeded: fence up"
    assert (tmp_path / "got").read_text() == f"--site|a b|{PUBLIC}|$(touch /tmp/x); `id`||"
    assert "secret" not in (tmp_path / "env").read_text()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("echo '\x1b[2Jno route'; exit 3", "The command hook exited with code 3: ·[2Jno route"),
        ("sleep 30 & sleep 30", "The command hook was stopped after 0.5 seconds."),
        ("kill -9 $$", "The command hook was killed by signal 9."),
        ("yes", "The command hook was stopped after 0.5 seconds: y"),
        (None, "The command hook couldn't be started: No such file or directory."),
    ],
)
async def test_a_command_that_fails_is_told(
    text: str | None, words: str, settings: Settings, folders: Folders, tmp_path: Path
) -> None:
    hook = script(tmp_path, text) if text is not None else str(tmp_path / "hook")
    async with agent_at(blocking(settings, hook=(hook,), timeout=0.5), folders, "chats") as agent:
        await agent.press("B", "tab")
        await fill_reason(agent, "Reason")
        assert agent.message == f"Blocked {PUBLIC}. {words}", "it is blocked all the same"


async def test_a_partner_blocks_nobody(settings: Settings, folders: Folders) -> None:
    settings = dataclasses.replace(blocking(settings), operator="meridian")
    async with agent_at(settings, folders, "chats") as agent:
        if agent.view.table.window.rows:
            await agent.press("B")
            assert "Block IP is for" in agent.message


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("postgresql://u:p@192.0.2.1/x", ["192.0.2.1"]),
        ("postgresql://u:p@192.0.2.1:5432,192.0.2.2:5433/x", ["192.0.2.1", "192.0.2.2"]),
        ("postgresql://u:p%40@[2001:db8::1]:5432,db2/x?target_session_attrs=read-write", ["2001:db8::1", "db2"]),
        ("postgresql:///x?host=192.0.2.3,192.0.2.4&port=5432", ["192.0.2.3", "192.0.2.4"]),
        ("postgresql://db/x?hostaddr=192.0.2.5", ["db", "192.0.2.5"]),
        ("postgresql:///x?host=/run/postgresql", []),
        ("sqlite:////tmp/x.db", []),
        ("", []),
    ],
)
def test_every_host_of_a_database_url_is_known(url: str, hosts: list[str]) -> None:
    assert database_hosts(url) == hosts


def test_our_databases_can_not_be_blocked_by_address_or_name() -> None:
    url = "postgresql://u@192.0.2.1,localhost/x?hostaddr=192.0.2.9"
    guarded = {str(network) for network, _ in never(Settings(database=DatabaseSettings(url=url)))}
    assert {"192.0.2.1/32", "192.0.2.9/32", "127.0.0.1/32"} <= guarded


@pytest.mark.parametrize(
    ("typed", "span"), [("90s", timedelta(seconds=90)), ("30m", timedelta(minutes=30)), ("7D ", timedelta(days=7))]
)
def test_the_end_of_a_block_takes_every_unit_of_time(typed: str, span: timedelta) -> None:
    begun, end = utc_now(), end_of(typed, {})
    assert end is not None
    assert begun + span <= end <= utc_now() + span


@pytest.mark.parametrize("typed", ["999999w", "yesterday", "2001-01-01"])
def test_an_end_that_is_past_or_beyond_time_is_refused(typed: str) -> None:
    with pytest.raises(InvalidValue):
        end_of(typed, {})
