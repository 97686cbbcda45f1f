"""From a call in the list to why it failed, and into a ticket: out of Kamailio's table and out of captures."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update
from tests.screens.driving import agent_at

from partnertui.calls.call_assembly import build_trace
from partnertui.calls.trace_model import Trace
from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.kamailio.sip_trace import as_sent
from partnertui.db.kamailio.tables import tables
from partnertui.db.models import CaptureFolder, Cdr, Ticket, TicketMessage
from partnertui.db.query_cancellation import Cancel
from partnertui.domain.ticket_enums import MessageKind
from partnertui.screens.shared.call_trace.call_loader import CallTraceLoader

CAPTURES = Path(__file__).parents[1] / "captures"


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_a_busy_call_in_three_keys(settings: Settings, folders: Folders, size: tuple[int, int]) -> None:
    async with agent_at(settings, folders, "cdr", size) as agent:
        await agent.press("slash")
        await agent.type("disposition:busy")
        await agent.press("enter", "t")
        assert " is busy: " in agent.screen
        assert "486 Busy Here" in agent.screen
        assert "INVITE" in agent.screen
        await agent.press("escape")
        assert "disposition:busy" in agent.screen, "back where the agent came from"


async def test_the_cdr_is_told_beside_the_capture(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr", (140, 50)) as agent:
        await agent.press("slash")
        await agent.type("disposition:busy")
        await agent.press("enter", "t", "upper_v")
        await agent.press("end")
        assert "Other sources" in agent.screen
        assert "The CDR says: busy, SIP 486 Busy Here" in agent.screen
        assert "contradicts" not in agent.screen


async def test_the_trace_of_a_live_call_and_of_a_registration(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "live", (140, 40)) as agent:
        await agent.press("t")
        assert "Nothing wrong so far: the call was answered, and no BYE was captured" in agent.screen
    async with agent_at(settings, folders, "sip-locations") as agent:
        await agent.press("upper_t")
        assert "the phone is registered for" in agent.screen
        assert "REGISTER" in agent.screen


async def test_the_trace_of_a_live_call_goes_on_by_itself(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "live", (140, 40)) as agent:
        call_id = agent.view.table.window.row["call_id_a"]
        await agent.press("t", "end")
        assert "in progress" in agent.screen
        assert "─ BYE ─" not in agent.screen
        _hang_up(settings, call_id)
        for _ in range(100):
            await agent.pilot.pause(0.1)
            if "─ BYE ─" in agent.screen:
                break
        assert "─ BYE ─" in agent.screen
        assert agent.view.ladder.at_end, "the cursor goes on with the call"
        assert "Answered and ended normally: the call lasted" in agent.screen
        assert "in progress" not in agent.screen


async def test_what_a_search_found_is_not_lost_to_the_next_look(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []

    def less(load: CallTraceLoader, cancel: Cancel, tell: Callable[[int, int], None]) -> Trace:
        trace = load.load(cancel, tell)
        looked.append(len(trace.messages))
        return build_trace(trace.messages[:3])

    monkeypatch.setattr(CallTraceLoader, "reload", less)
    async with agent_at(settings, folders, "live", (140, 40)) as agent:
        await agent.press("t")
        for _ in range(100):
            await agent.pilot.pause(0.1)
            if looked:
                break
        await agent.pilot.pause(0.3)
        assert len(agent.view.trace.messages) == looked[0] > 3


def _hang_up(settings: Settings, call_id: str) -> None:
    """Kamailio notes a BYE of the caller."""
    table = tables().sip_trace
    database = open_database(settings.database_url)
    try:
        of_call = select(table).where(table.c.callid == call_id).order_by(table.c.id)
        rows = database.read(lambda connection: connection.execute(of_call).mappings().all())
        ack = next(row for row in reversed(rows) if as_sent(row["msg"]).startswith(b"ACK "))
        bye = re.sub(r"CSeq: \d+ ACK", "CSeq: 9 BYE", as_sent(ack["msg"]).decode().replace("ACK ", "BYE ", 1))
        values = {**ack, "msg": bye, "method": "BYE", "time_stamp": datetime.now(UTC), "time_us": 0}
        del values["id"]
        database.write(lambda connection: connection.execute(insert(table), [values]))
    finally:
        database.close()


async def test_who_is_who_in_the_trace_of_a_live_call(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "live") as agent:
        row = next(row for row in agent.view.table.window.rows if row["direction"] == "outbound")
        while agent.view.table.window.row["id"] != row["id"]:
            await agent.press("down")
        await agent.press("t")
        names = [part.name for part in agent.view.ladder.ladder.participants]
        assert names[0] == f"{row['user']} {row['source_number']}"
        assert names[1] == "our proxy"


async def test_attached_to_the_ticket_with_numbers_masked(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        number = str(agent.column("destination_number")[0])
        await agent.press("t", "A", "m")
        await agent.press("enter")
        assert "Attached the trace to T-" in agent.message
    database = open_database(settings.database_url)
    try:
        query = select(TicketMessage.body, TicketMessage.kind).order_by(TicketMessage.id.desc()).limit(1)
        body, kind = database.read(lambda connection: connection.execute(query).one())
        assert database.read(lambda connection: connection.scalar(select(func.count()).select_from(Ticket)))
    finally:
        database.close()
    assert kind == MessageKind.NOTE
    assert "INVITE" in body
    assert number not in body
    assert max(len(line) for line in body.splitlines() if "│" in line) <= 74


async def test_a_colleague_reads_the_names_in_the_ticket(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        name = str(agent.column("source_name")[0] or agent.column("user")[0])
        await agent.press("t", "A", "a")
        await agent.press("enter")
    database = open_database(settings.database_url)
    try:
        query = select(TicketMessage.body).order_by(TicketMessage.id.desc()).limit(1)
        assert name in database.read(lambda connection: connection.execute(query).scalar_one())
    finally:
        database.close()


async def test_a_call_without_any_trace_says_where_was_looked(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        await agent.press("end", "t")
        assert "No trace was found" in agent.screen
        assert "sip_trace table" in agent.screen
        assert "Settings, Capture folders" in agent.screen
        await agent.press("escape")
        assert agent.view.location.record is None


async def test_out_of_a_capture_folder(settings: Settings, folders: Folders) -> None:
    database = open_database(settings.database_url)
    try:
        row = {"name": "Lab", "path": str(CAPTURES), "pattern": "*.pcap", "enabled": True, "version": 1}
        database.write(lambda connection: connection.execute(insert(CaptureFolder), [row]))
        dialled = select(Cdr.id).where(Cdr.category == "dialled").order_by(Cdr.started_at.desc()).limit(1)
        newest = database.read(lambda connection: connection.scalar(dialled))
        change = (
            update(Cdr)
            .where(Cdr.id == newest)
            .values(
                call_id_a="1-8126@192.168.77.10", call_id_b=None, started_at=datetime(2026, 11, 23, 7, 16, tzinfo=UTC)
            )
        )
        database.write(lambda connection: connection.execute(change))
    finally:
        database.close()
    async with agent_at(settings, folders, "cdr") as agent:
        await agent.press("t")
        assert "1003 is busy" in agent.screen
        assert "407 Proxy" in agent.screen
        assert (folders.cache / "captures.db").exists(), "what was read is indexed"


async def test_two_marked_calls_beside_each_other(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        await agent.press("space", "down", "space", "equals_sign")
        assert " differ" in agent.screen
        assert agent.screen.count("INVITE") >= 2


async def test_a_call_is_compared_with_the_last_good_one_of_the_same_parties(
    settings: Settings, folders: Folders
) -> None:
    give_the_newest_call_a_good_one_before_it(settings)
    async with agent_at(settings, folders, "cdr") as agent:
        await agent.press("tab", "equals_sign")
        assert "What differs" in agent.screen or "No differences" in agent.screen
        assert agent.screen.count("INVITE") >= 2
        await agent.press("escape", *("space", "down") * 3, "equals_sign")
        assert "Mark two calls to compare them" in agent.message


def give_the_newest_call_a_good_one_before_it(settings: Settings) -> None:
    """Lets an older answered call with a trace be one of the same parties as the newest one of the first tab."""
    database = open_database(settings.database_url)
    try:
        parties = (Cdr.id, Cdr.source_number, Cdr.destination_number, Cdr.customer_id)
        calls = select(*parties).where(Cdr.category == "dialled").order_by(Cdr.started_at.desc(), Cdr.id.desc())
        newest = database.read(lambda connection: connection.execute(calls.limit(1)).one())
        good = calls.where(Cdr.disposition == "answered", Cdr.call_id_a.is_not(None), Cdr.id != newest.id).limit(1)
        found = database.read(lambda connection: connection.execute(good).one())
        values = dict(zip(("source_number", "destination_number", "customer_id"), newest[1:], strict=True))
        change = update(Cdr).where(Cdr.id == found.id).values(**values)
        database.write(lambda connection: connection.execute(change))
    finally:
        database.close()


async def test_the_table_is_shown_at_once_while_captures_are_searched(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    search = CallTraceLoader._search

    def slow(load: CallTraceLoader, cancel: Cancel, tell: Callable[[int, int], None]) -> Trace | None:
        tell(3, 200)
        go.wait(20)
        return search(load, cancel, tell)

    monkeypatch.setattr(CallTraceLoader, "_search", slow)
    async with agent_at(settings, folders, "cdr") as agent:
        await agent.pilot.press("t")
        for _ in range(100):
            await agent.pilot.pause(0.05)
            if "still reading 3 of 200" in agent.screen:
                break
        assert "INVITE SDP" in agent.screen
        assert "still reading 3 of 200" in agent.screen
        go.set()
        for _ in range(100):
            await agent.pilot.pause(0.05)
            if "still reading" not in agent.screen:
                break
        assert "INVITE SDP" in agent.screen
        assert "still reading" not in agent.screen
