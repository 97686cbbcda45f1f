"""Demo notes, history, saved views, drafts and probe results of the operators."""

from __future__ import annotations

from datetime import timedelta

from partnertui.db.change_history import MASK
from partnertui.db.models import (
    CustomerPhone,
    History,
    Note,
    ProbeRun,
    RejectedRow,
    SavedView,
    SyncState,
    Ticket,
    TicketViewer,
)
from partnertui.demo.platform.customer_snapshot import MARK
from partnertui.demo.shared_state import World, staff

_NOTES = (
    "Prefers to be called back in the morning.",
    "Router is a ZyWALL; SIP ALG was switched off in March.",
    "Pays by bank transfer, always a week late.",
    "Speaks German and a little English.",
    "Two sites: warehouse phones are behind a second NAT.",
    "Asked twice about a queue; offer it at renewal.",
)


def make_workspace(world: World) -> None:
    """Traces of some months of work."""
    people = staff(world)
    for company in world.companies:
        row = company.row
        for _ in range(world.often({0: 55, 1: 30, 3: 15})):
            author = world.pick(people)
            world.rows.add(
                Note,
                **company.owner,
                object_table="customers",
                object_id=row["id"],
                body=world.pick(_NOTES),
                author_id=author["id"],
                author_name=author["name"],
                created_at=max(row["created_at"], world.ago(200)),
            )
    _history(world)
    _password_changes(world)
    for login, (screen, name, query) in enumerate(
        (
            ("customers", "Owing money", "credit<0"),
            ("cdr", "Failed today", "disposition:failed"),
            ("tickets", "Urgent", "priority:urgent"),
        ),
        1,
    ):
        world.rows.add(SavedView, operator_id=login, screen=screen, name=name, query=query)
    for ticket in world.rows.of(Ticket)[-2:]:
        seen = world.now - timedelta(seconds=20)
        world.rows.add(TicketViewer, ticket_id=ticket["id"], operator_id=4, typing=True, seen_at=seen)
    for kind, target, outcome in (
        ("options", "198.51.100.7", "200 OK"),
        ("mtr", "203.0.113.9", "loss at the last hop"),
    ):
        world.rows.add(ProbeRun, at=world.ago(1), operator_id=1, kind=kind, target=target, outcome=outcome)
    world.rows.add(
        RejectedRow,
        source="Kamailio acc_cdrs",
        row_key="acc_cdrs 8841",
        reason="its duration is -5 seconds",
        content="id=8841; start_time=2026-05-01 09:14:02; duration=-5.0; callid=7f3a@198.51.100.7",
        rejected_at=world.ago(1),
    )
    world.rows.add(SyncState, source="kamailio:acc_cdrs", position="0", updated_at=world.now - timedelta(minutes=1))
    world.rows.add(SyncState, source=MARK, position=str(world.seed))


def _history(world: World) -> None:
    """Changes that led to what is there now."""
    people, changes = staff(world), []
    for company in world.companies:
        row = company.row
        if world.chance(50):
            old = world.pick(("trial", "active"))
            changes.append((max(row["created_at"], world.ago(90)), "customers", row, {"status": [old, row["status"]]}))
        if world.chance(20):
            changes.append(
                (max(row["created_at"], world.ago(90)), "customers", row, {"max_channels": [None, row["max_channels"]]})
            )
        changes += [(ddi["created_at"], "ddis", ddi, {"state": ["free", ddi["state"]]}) for ddi in company.ddis[:1]]
    phones = world.rows.of(CustomerPhone)[::9]
    changes += [(one["created_at"], "customer_phones", one, {"firmware": [None, one["firmware"]]}) for one in phones]
    for at, table, row, change in sorted(changes, key=lambda one: (one[0], one[1], one[2]["id"])):
        operator = world.pick(people)
        owner = (
            {"customer_id": row["id"], "partner_id": row["partner_id"]}
            if table == "customers"
            else {"customer_id": row["customer_id"], "partner_id": row["partner_id"]}
        )
        world.rows.add(
            History,
            **owner,
            at=at,
            operator_id=operator["id"],
            operator_name=operator["name"],
            object_table=table,
            object_id=row["id"],
            action="changed",
            changes=change,
        )


def _password_changes(world: World) -> None:
    """SIP passwords that were changed since the user's phone was provisioned last: it must fetch them yet."""
    operator = staff(world)[0]
    for phone in world.rows.of(CustomerPhone)[5::11]:
        if phone["last_provisioned_at"] is None:
            continue
        world.rows.add(
            History,
            customer_id=phone["customer_id"],
            partner_id=phone["partner_id"],
            at=max(phone["last_provisioned_at"] + timedelta(minutes=3), world.now - timedelta(hours=5)),
            operator_id=operator["id"],
            operator_name=operator["name"],
            object_table="users",
            object_id=phone["user_id"],
            action="changed",
            changes={"sip_password_ciphertext": [MASK, MASK]},
        )
