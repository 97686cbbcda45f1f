"""Ways out of a ticket and on: to its call's trace, along the list however far, to the ticket it was merged into."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select, update
from tests.db.makers import ANN
from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.mail.mentioned_call_links import link_named
from partnertui.db.models import Cdr, Ddi, Ticket, TicketLink, TicketMessage
from partnertui.db.tickets.links import KINDS, NAMED_IN_MAILS, remove_link
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.kit.declare.view_location import Location
from partnertui.screens.support.links import TITLES, link_lines, link_target
from partnertui.screens.support.merged_away import in_place


async def test_the_trace_of_the_linked_call_is_a_key_away(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support", (80, 24)) as agent:
        row = agent.view.table.window.row

        def work(connection: Connection) -> None:
            traced = select(Cdr.id).where(Cdr.call_id_a.is_not(None), Cdr.disposition == "busy")
            call = connection.execute(traced.order_by(Cdr.started_at.desc()).limit(1)).scalar_one()
            link = {"ticket_id": row["id"], "object_table": "cdrs", "object_id": call, "value": "the call"}
            connection.execute(insert(TicketLink), link)

        agent.app.services.database.write(lambda connection: connection.execute(delete(TicketLink)))
        await agent.press("enter", "t")
        assert "No call with a Call-ID is linked" in agent.message
        agent.app.services.database.write(work)
        await agent.press("t")
        assert "486 Busy Here" in agent.screen
        await agent.press("q")
        assert agent.view.row["id"] == row["id"]


async def test_the_ddi_that_a_mail_names_is_a_link(settings: Settings, folders: Folders) -> None:
    database = open_database(settings.database_url)
    owned = select(Ticket.id, Ticket.customer_id, Ddi.id.label("ddi"), Ddi.number)
    owned = owned.join(Ddi, Ddi.customer_id == Ticket.customer_id).where(Ddi.number.startswith("44"))
    found = database.read(lambda connection: connection.execute(owned.order_by(Ticket.id)).first())
    assert found is not None
    with UnitOfWork(database, ANN) as work:
        ticket = work.get(Ticket, found.id)
        messages = select(TicketMessage.id).where(TicketMessage.ticket_id == ticket.id)
        message = work.session.scalars(messages).first() or 0
        link_named(work.session.connection(), ticket, message, f"Nobody reaches us on +{found.number}.", "GB")
        work.commit()
    async with agent_at(settings, folders, "support", (140, 60)) as agent:
        agent.app.services.open(Location("support", found.id))
        await agent.press()
        links = agent.view.reading.detail["links"]
        (line,) = [line for line in link_lines(links, 60, "-") if line.target == Location("ddis", found.ddi)]
        assert "DDI" in "".join(text for text, _ in line.pieces)
        assert line.target is not None
        agent.app.services.open(line.target)
        await agent.press()
        assert agent.view.row["number"] == found.number
    with UnitOfWork(database, ANN) as work:
        remove_link(work, found.id, "ddis", found.number, version=work.get(Ticket, found.id).version)
        work.commit()
        body = work.session.scalars(select(TicketMessage.body).order_by(TicketMessage.id.desc())).first()
    assert body == f"no longer linked to DDI {found.number}"
    database.close()


def test_whatever_is_linked_has_a_title_and_what_has_a_row_a_target() -> None:
    for table in (*KINDS, *NAMED_IN_MAILS):
        assert table in TITLES
        key = None if table in {"numbers", "call_ids"} else 5
        assert link_target({"object_table": table, "object_id": key, "value": "1", "transaction_id": 9}) is not None


async def test_next_goes_on_after_many_records(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        ids = agent.column("id")
        await agent.press("enter", *["right_curly_bracket"] * (len(ids) - 1))
        assert agent.view.location.record == ids[-1]


async def test_a_merged_ticket_leads_to_its_target(settings: Settings, folders: Folders) -> None:
    database = open_database(settings.database_url)
    async with agent_at(settings, folders, "support", (80, 24)) as agent:
        merged, target = agent.column("id")[:2]
        statement = update(Ticket).where(Ticket.id == merged).values(merged_into_id=target, state="closed")
        database.write(lambda connection: connection.execute(statement))
        agent.app.services.open(Location("support", merged))
        await agent.press()
        assert agent.view.location.record == target
        assert "was merged into" in agent.message
    database.close()


def test_the_newest_text_takes_the_place_of_what_the_merge_moved() -> None:
    assert in_place("", (), "new") == "new"
    assert in_place("ab", ("a", "ab", "abc"), "abcd") == "abcd"
    assert in_place("own\n\nab", ("a", "ab", "abc"), "abcd") == "own\n\nabcd"
    assert in_place("own", ("a",), "ab") == "own\n\nab"
