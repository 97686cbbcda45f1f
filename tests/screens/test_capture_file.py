"""A capture somebody sent: opened by path, its calls listed, filtered, judged, compared."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.captures.packet_builder import ether, ip, pcap, tcp, udp
from tests.ladder.ladder_samples import CARRIER, PHONE, PROXY, message
from tests.screens.driving import Agent, agent_at

from partnertui.captures.call_id_index_update import IndexUpdate
from partnertui.captures.saving import build_pcap
from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.models import OperatorAccount
from partnertui.domain.errors import DomainError
from partnertui.screens.shared.capture_file import open_dialog as opening
from partnertui.screens.shared.capture_file.open_dialog import checked

CAPTURES = Path(__file__).parents[1] / "captures"


async def opened(agent: Agent, path: Path | str) -> None:
    """Opens a capture as an agent does."""
    await agent.press("upper_o")
    await agent.press("ctrl+a", "ctrl+k", "ctrl+u")
    await agent.type(str(path))
    await agent.press("ctrl+s")
    await agent.press()


async def test_its_calls_are_listed_and_their_ladders_open(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        await opened(agent, CAPTURES / "lab-core.pcap")
        assert agent.view.location.screen == "captured-calls"
        for words in ("Captured calls", "in lab-core.pcap", "INVITE", "answered", "busy", "486"):
            assert words in agent.screen
        assert set(agent.column("method")) == {"INVITE"}
        assert all(agent.column("verdict"))
        await agent.press("enter")
        assert "INVITE SDP" in agent.screen
        await agent.press("escape")
        assert agent.view.location.screen == "captured-calls"
        await agent.press("tab")
        assert "REGISTER" in agent.column("method")
        await agent.press("slash")
        await agent.type("outcome:busy")
        await agent.press("enter")
        assert set(agent.column("sip_code")) == {486}
        assert set(agent.column("verdict")) == {"busy"}


async def test_the_list_judges_as_the_ladder_does(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "capture-folders") as agent:
        await opened(agent, CAPTURES / "lab-core.pcap")
        listed = dict(zip(agent.column("call_id"), agent.column("verdict"), strict=True))
        for call_id in list(listed)[:4]:
            await agent.press("enter")
            view = agent.view
            assert call_id in view.trace.call_ids
            assert view.analysis.judgement.verdict.code == listed[call_id]
            await agent.press("escape", "down")


async def test_two_marked_calls_are_compared(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        await opened(agent, CAPTURES / "lab-core.pcap")
        await agent.press("space", "down", "space", "equals_sign")
        assert agent.screen.count("INVITE") >= 2
        assert " differ" in agent.screen


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose path fits into a field."""
    with tempfile.TemporaryDirectory(prefix="pt") as folder:
        yield Path(folder)


async def test_a_folder_and_what_is_remembered(settings: Settings, folders: Folders, short: Path) -> None:
    place = short / "ticket" / "of today"
    place.mkdir(parents=True)
    shutil.copy(CAPTURES / "lab-core.pcap", place / "a.cap")
    shutil.copy(CAPTURES / "lab-edge.pcap", place / "b.bin")
    (place / "notes.txt").write_text("nothing")
    async with agent_at(settings, folders, "cdr") as agent:
        await opened(agent, short / "ticket")
        assert "in ticket" in agent.screen
        assert {"a.cap", "b.bin"} <= {name for names in agent.column("captures") for name in names.split(", ")}
        await agent.press("upper_o")
        assert str(short / "ticket") in agent.screen


async def test_calls_over_tcp_are_listed_too(settings: Settings, folders: Folders, tmp_path: Path) -> None:
    invite = (
        b"INVITE sip:200@203.0.113.10 SIP/2.0\r\nVia: SIP/2.0/TCP 198.51.100.6;branch=z9hG4bK1\r\n"
        b"From: <sip:100@a.test>;tag=f\r\nTo: <sip:200@a.test>\r\nCall-ID: over-tcp\r\nCSeq: 1 INVITE\r\n"
        b"Content-Length: 0\r\n\r\n"
    )
    path = tmp_path / "tcp.pcap"
    path.write_bytes(pcap([ether(ip(tcp(invite[:90], 1), 6)), ether(ip(tcp(invite[90:], 91), 6))]))
    async with agent_at(settings, folders, "cdr") as agent:
        await opened(agent, path)
        assert agent.column("call_id") == ["over-tcp"]
        assert agent.column("outcome") == ["incomplete"]


def wrong(tmp_path: Path, case: str) -> tuple[str, str]:
    """A path that can't be opened, and the expected message."""
    if case == "gone":
        return str(tmp_path / "gone.pcap"), "exist."
    if case == "empty folder":
        (tmp_path / "empty").mkdir()
        return str(tmp_path / "empty"), "There are no captures in"
    if case == "pipe":
        os.mkfifo(tmp_path / "pipe")
        return str(tmp_path / "pipe"), "neither a file nor a folder"
    contents = {"text": b"this is a text and no capture at all", "nothing": b""}
    (tmp_path / "some").write_bytes(contents[case])
    return str(tmp_path / "some"), {"text": "isn't a capture", "nothing": "is empty"}[case]


@pytest.mark.parametrize("case", ["gone", "empty folder", "pipe", "text", "nothing"])
async def test_what_cannot_be_opened_is_said_beside_the_field(
    settings: Settings, folders: Folders, tmp_path: Path, case: str
) -> None:
    path, words = wrong(tmp_path, case)
    async with agent_at(settings, folders, "cdr", (200, 40)) as agent:
        await opened(agent, path)
        assert len(agent.app.screen_stack) == 2, "the form is there still"
        assert words in agent.screen
        await agent.press("escape", "y")
        assert agent.view.location.screen == "cdr"


def test_home_and_what_is_no_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a.pcap").write_bytes(pcap([ether(ip(udp(b"x")))]))
    assert checked("~/a.pcap") == tmp_path / "a.pcap"
    for typed in ("a\0b", "~nobody-of-that-name/x", "x" * 5000):
        with pytest.raises(DomainError) as caught:
            checked(typed)
        assert caught.value.field == "path"


async def test_a_capture_that_is_cut_off_shows_what_it_has(
    settings: Settings, folders: Folders, tmp_path: Path
) -> None:
    path = tmp_path / "cut.pcap"
    path.write_bytes((CAPTURES / "lab-core.pcap").read_bytes()[:30_000])
    async with agent_at(settings, folders, "cdr") as agent:
        await opened(agent, path)
        assert agent.view.table.window.rows
        assert "cut.pcap: " in agent.message


async def test_it_can_be_read_again_when_it_has_grown(settings: Settings, folders: Folders, tmp_path: Path) -> None:
    path, whole = tmp_path / "grows.pcap", (CAPTURES / "lab-core.pcap").read_bytes()
    path.write_bytes(whole[:30_000])
    async with agent_at(settings, folders, "cdr") as agent:
        await opened(agent, path)
        before = len(agent.view.table.window.rows)
        path.write_bytes(whole)
        await agent.press("upper_u")
        await agent.press("f5")
        assert len(agent.view.table.window.rows) > before
        path.unlink()
        await agent.press("enter")
        assert "is gone" in agent.screen


async def test_partners_open_no_files(settings: Settings, folders: Folders) -> None:
    database = open_database(settings.database_url)
    partners = select(OperatorAccount.login).where(OperatorAccount.role == "partner").limit(1)
    partner = database.read(lambda connection: connection.scalar(partners))
    database.close()
    async with agent_at(replace(settings, operator=str(partner)), folders, "cdr") as agent:
        assert agent.app.services.operator is not None
        await agent.press("upper_o")
        assert len(agent.app.screen_stack) == 1
        assert agent.message.startswith("Open a capture is for")


async def test_reading_can_be_stopped(settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(self: IndexUpdate, paths: object) -> list[str]:
        while True:
            self.stop.wait(0.01)
            self.progress(1)

    monkeypatch.setattr(IndexUpdate, "update", endless)
    async with agent_at(settings, folders, "cdr") as agent:
        opening.open_capture(agent.app.services, CAPTURES / "lab-core.pcap")
        await agent.pilot.pause(0.1)
        (job,) = [job for job in agent.app.services.jobs.running if job.title == "Reading lab-core.pcap"]
        assert job.total == 0 or job.done
        job.cancel()
        await agent.press()
        assert agent.view.location.screen == "cdr"


async def test_by_verdict_they_are_sorted_and_narrowed(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        await opened(agent, CAPTURES / "lab-core.pcap")
        table = agent.view.table
        while table.column.name != "verdict":
            await agent.press("right")
        await agent.press("s")
        shown = agent.column("verdict")
        assert shown == sorted(shown)
        assert len(set(shown)) > 4
        await agent.press("slash")
        await agent.type("verdict:wrong_password")
        await agent.press("enter")
        assert set(agent.column("verdict")) == {"wrong_password"}
        assert f"1 of {len(agent.column('verdict'))}" in agent.screen


async def test_all_requests_are_counted_and_not_reckoned(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "captured-calls") as agent:
        await opened(agent, CAPTURES / "lab-core.pcap")
        await agent.press("colon")
        await agent.type("captured calls")
        await agent.press("enter")
        await agent.press("tab")
        await agent.press()
        number = len(agent.column("method"))
        assert f"All requests {number} " in agent.screen
        assert f"1 of {number}" in agent.screen


async def test_enter_opens_what_was_typed_and_the_footer_offers_no_history(
    settings: Settings, folders: Folders
) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        assert "h history" in agent.screen.splitlines()[-1]
        await agent.press("upper_o", "ctrl+u")
        await agent.type(str(CAPTURES / "lab-core.pcap"))
        await agent.press("enter")
        await agent.press()
        assert "in lab-core.pcap" in agent.screen
        assert "h history" not in agent.screen.splitlines()[-1]


async def test_legs_of_one_call_are_not_compared(settings: Settings, folders: Folders, tmp_path: Path) -> None:
    legs = [
        message(0, PHONE, PROXY, "INVITE", call_id="one"),
        message(5, PROXY, CARRIER, "INVITE", call_id="two", extra="X-CID: one\r\n"),
        message(90, CARRIER, PROXY, "486 Busy Here", call_id="two", to_tag="9"),
        message(95, PROXY, PHONE, "486 Busy Here", call_id="one", to_tag="9"),
    ]
    file = tmp_path / "legs.pcap"
    file.write_bytes(build_pcap(legs, ()))
    async with agent_at(settings, folders, "cdr") as agent:
        await opened(agent, file)
        await agent.press("space", "down", "space", "equals_sign")
        await agent.press()
        assert "legs of the same call" in agent.message


async def test_without_tshark_the_package_is_named_at_80_columns(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partnertui.captures.tshark.installed", lambda: False)
    async with agent_at(settings, folders, "cdr", (80, 24)) as agent:
        await opened(agent, CAPTURES / "lab-core.pcap")
        said = " ".join(" ".join(agent.screen.splitlines()[-3:]).split())
        assert "tshark isn't installed (apt-get install tshark)" in said
        assert "can't be read." in said
        assert ".." not in said
        assert "busy" in agent.screen
        agent.app.services.notify("", "")
        await agent.press()
        assert "? help" in agent.screen.splitlines()[-1]
        assert "tshark" not in agent.screen
