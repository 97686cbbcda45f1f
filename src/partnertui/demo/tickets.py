"""Demo tickets with conversations, about calls, phones and credit that exist in the demo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from partnertui.db.models import (
    CustomerPhone,
    Payment,
    StatementEntry,
    Ticket,
    TicketAttachment,
    TicketLink,
    TicketMessage,
    TicketTag,
    TicketWatch,
)
from partnertui.db.rows.type_aliases import RowDict
from partnertui.demo.cdr_stream import Stream
from partnertui.demo.collected_rows import Row
from partnertui.demo.service_levels import due_times
from partnertui.demo.shared_state import Company, World, staff
from partnertui.demo.ticket_texts import STORIES, Story
from partnertui.domain.money import format_money
from partnertui.domain.phone_numbers import format_number
from partnertui.domain.ticket_enums import CLOCK_PAUSED, PRIORITY_RANK, Priority, TicketState, WatchKind

_OPEN = {"new": 18, "open": 34, "pending": 20, "on hold": 8, "snoozed": 6, "solved": 14}
_TRACE = b"Start: mtr report\nHOST              Loss%  Snt  Last  Avg\n1. 192.168.1.1     0.0%   20   0.6  0.7\n"


def make_tickets(world: World, stream: Stream) -> None:
    """About two for every customer."""
    calls: dict[int, list[RowDict]] = defaultdict(list)
    for row in (*stream.ledger.sample, *stream.ledger.recent):
        facts = stream.facts(row)
        if facts["direction"] != "internal":
            calls[facts["customer_id"]].append(facts)
    failed = {row["customer_id"]: row["id"] for row in world.rows.of(Payment) if row["state"] == "failed"}
    spent = {row["customer_id"]: row["at"] for row in world.rows.of(StatementEntry) if row["balance_after"] < 0}
    phones: dict[int, list[Row]] = defaultdict(list)
    for phone in world.rows.of(CustomerPhone):
        phones[phone["customer_id"]].append(phone)
    wanted: list[tuple[datetime, Company, Story, RowDict | None]] = []
    for company in world.companies:
        for _ in range(world.often({0: 25, 1: 25, 2: 25, 4: 20, 8: 5})):
            story = world.pick(STORIES)
            call = _fitting(world, story, calls[company.row["id"]])
            since = spent.get(company.row["id"]) if story.about == "credit" else None
            if story.about == "phone" or since or call:
                wanted.append((_begun(world, company, call, since), company, story, call))
    wanted.sort(key=lambda one: one[0])
    for begun, company, story, told in wanted:
        ticket = _ticket(world, company, story, told, begun, phones[company.row["id"]])
        if story.about == "credit":
            ticket["payment_id"] = failed.get(company.row["id"])


def _begun(world: World, company: Company, call: RowDict | None, since: datetime | None) -> datetime:
    """Some time after the call was over, or after the credit was used up."""
    if call:
        over = call["started_at"] + timedelta(seconds=call["duration"])
        begun = min(over + timedelta(minutes=world.random.randrange(5, 300)), over + (world.now - over) * 0.9)
    elif since:
        begun = since + (world.now - since) * (world.random.random() * 0.8)
    else:
        begun = max(company.row["created_at"], world.ago(40))
    return datetime.fromtimestamp(int(begun.timestamp()) + 1, UTC)


def _fitting(world: World, story: Story, calls: list[RowDict]) -> RowDict | None:
    """A call that the story can be told of; one that was charged wrongly comes first, then any."""
    fits: dict[str, Callable[[RowDict], bool]] = {
        "failed": lambda call: call["direction"] == "outbound" and call["sip_code"] >= 400,
        "short": lambda call: 31 <= call["duration"] <= 33,
        "mos": lambda call: (call["mos"] or 500) < 300,
        "charge": lambda call: call["charge"] > 0,
    }
    found = [call for call in calls if story.about in fits and fits[story.about](call)]
    wrong = [call for call in found if call["charge"] != ((call["rate"] or 0) * call["billed_seconds"] + 30) // 60]
    if story.about == "charge" and wrong:
        found = [max(wrong, key=lambda call: call["charge"])]
    return world.pick(found) if found else None


def _ticket(
    world: World, company: Company, story: Story, call: RowDict | None, begun: datetime, phones: list[Row]
) -> Row:
    age = world.now - begun
    state = "closed" if age > timedelta(days=12) and world.chance(90) else world.often(_OPEN)
    user = next((one for one in company.users if call and one["id"] == call["user_id"]), world.pick(company.users))
    agent = world.pick(staff(world)) if state != "new" else None
    priority = Priority(story.priority)
    words = _words(world, company, story, call, user, phones)
    words["agent"] = agent["name"] if agent else ""
    row = world.rows.add(
        Ticket,
        **company.owner,
        number=f"T-{len(world.rows.of(Ticket)) + 10001}",
        user_id=user["id"],
        subject=story.subject.format_map(words),
        requester_name=company.row["contact"],
        requester_email=company.row["email"],
        agent_id=agent["id"] if agent else None,
        priority=priority.value,
        priority_rank=PRIORITY_RANK[priority],
        state=state,
        channel=world.pick(("e-mail", "e-mail", "web", "phone")),
        created_at=begun,
        **due_times(begun, priority, answered=state != "new"),
        last_update_at=begun,
        last_update_by=company.row["contact"],
        cdr_id=call["id"] if call else None,
        aor=f"{user['sip_username']}@{user['sip_domain']}" if story.about == "phone" else None,
        snoozed_until=world.now + timedelta(hours=world.random.randrange(2, 60)) if state == "snoozed" else None,
    )
    _conversation(world, company, row, story, words, agent)
    if state in ("pending", "on hold", "snoozed", "open") and agent:
        world.rows.add(
            TicketWatch,
            **company.owner,
            ticket_id=row["id"],
            kind=WatchKind.PROMISE.value,
            since=row["last_update_at"],
            due_at=world.now + timedelta(hours=world.random.randrange(-5, 70) if state == "pending" else 26),
            text="I'll call you back by tomorrow",
            operator_id=agent["id"],
        )
    if call:
        link = {"object_table": "cdrs", "object_id": call["id"], "value": call["call_id_a"] or f"call {call['id']}"}
        world.rows.add(TicketLink, **company.owner, ticket_id=row["id"], **link)
    for tag in story.tags:
        world.rows.add(TicketTag, **company.owner, ticket_id=row["id"], tag=tag)
    return row


def _words(world: World, company: Company, story: Story, call: RowDict | None, user: Row, phones: list[Row]) -> RowDict:
    own = [one for one in phones if one["user_id"] == user["id"]]
    agent = company.agents[user["id"]]
    seen = call or {}
    number = seen.get("destination_number" if seen.get("direction") == "outbound" else "source_number")
    when = seen.get("started_at") or world.ago(20)
    return {
        "user": user["name"],
        "contact": company.row["contact"],
        "ip": company.addresses[user["id"]][0],
        "phone": f"{agent.split('/')[0]} {own[0]['mac']}" if own else agent.split("/")[0],
        "number": format_number(number) if number else "a withheld number",
        "when": f"{when:%d %B, %H:%M} UTC",
        "call_id": seen.get("call_id_a", ""),
        "minutes": f"{seen.get('billed_seconds', 0) / 60:.1f}",
        "charge": format_money(seen.get("charge", 0), company.row["currency"]),
        "code": seen.get("sip_code") or 503,
        "mos": f"{(seen.get('mos') or 250) / 100:.1f}",
        "codec": seen.get("codec") or "PCMA",
        "credit": format_money(company.row["credit"], company.row["currency"]),
    }


def _conversation(world: World, company: Company, ticket: Row, story: Story, words: RowDict, agent: Row | None) -> None:
    contact = company.row["contact"]
    said: list[tuple[str, Row | None, str, str, RowDict | None]] = [
        ("customer", None, contact, story.body.format_map(words), None)
    ]
    if agent:
        opened = {"state": ["new", "open"], "agent": [None, agent["login"]]}
        said += [
            ("event", agent, agent["name"], "Assigned", opened),
            ("note", agent, agent["name"], story.note.format_map(words), None),
            ("reply", agent, agent["name"], story.reply.format_map(words), None),
        ]
        if ticket["state"] not in ("pending", "open"):
            said.append(("customer", None, contact, "Thank you, we'll try that and let you know.", None))
        if ticket["state"] not in ("open", "new"):
            said.append(("event", agent, agent["name"], "State changed", {"state": ["open", ticket["state"]]}))
    left = (world.now - ticket["created_at"]) / (len(said) + 1)
    pace = min(left, timedelta(hours=world.random.randrange(1, 30)))
    for number, (kind, author, name, body, facts) in enumerate(said):
        at = (ticket["created_at"] + pace * number).replace(microsecond=0)
        message = world.rows.add(
            TicketMessage,
            **company.owner,
            ticket_id=ticket["id"],
            kind=kind,
            author=name,
            author_id=author["id"] if author else None,
            body=body,
            at=at,
            facts=facts,
        )
        if kind == "note" and world.chance(20):
            world.rows.add(
                TicketAttachment,
                **company.owner,
                message_id=message["id"],
                name="mtr.txt",
                media_type="text/plain",
                content=_TRACE,
            )
        if kind == "reply":
            ticket["first_answered_at"] = at
        ticket["last_update_at"], ticket["last_update_by"] = at, name
    _clock(ticket)


def _clock(ticket: Row) -> None:
    """The clock stands still from the last change on where we wait for somebody else."""
    if TicketState(ticket["state"]) in CLOCK_PAUSED:
        ticket["sla_paused_since"] = ticket["last_update_at"]
    if ticket["state"] in ("solved", "closed"):
        ticket["solved_at"] = ticket["last_update_at"]
    if ticket["state"] == "closed":
        ticket["closed_at"] = ticket["last_update_at"]
