"""Who leads to a target, on both databases, and never from another customer."""

from __future__ import annotations

from sqlalchemy.orm import Session
from tests.db.makers import customer, staff

from partnertui.db.database import Database
from partnertui.db.models import Ddi, Ivr, IvrEntry, RoutingRule
from partnertui.db.routed_here import referrers
from partnertui.domain.pbx_enums import RuleDirection, TargetType


def test_numbers_rules_and_menus_of_the_customer(database: Database) -> None:
    staff(database)
    with Session(database.engine) as session:
        mine, other = customer(partner_id=7), customer(company="Other", partner_id=8)
        session.add_all([mine, other])
        session.flush()
        own = {"customer_id": mine.id, "partner_id": 7}
        menu, above = Ivr(name="Front", **own), Ivr(name="Night", **own)
        session.add_all([menu, above])
        session.flush()
        goal = {"target_type": TargetType.IVR, "target_id": menu.id}
        session.add_all(
            [
                IvrEntry(ivr_id=above.id, digit="t", **goal, **own),
                RoutingRule(name="Hours", direction=RuleDirection.INBOUND, priority=10, enabled=False, **goal, **own),
                RoutingRule(
                    name="Foreign",
                    direction=RuleDirection.INBOUND,
                    **goal,
                    customer_id=other.id,
                    partner_id=8,
                ),
                Ddi(number="441914980777", country="GB", route_type=TargetType.IVR, target_id=menu.id, **own),
                Ddi(number="441914980778", country="GB", route_type=TargetType.USER, target_id=menu.id, **own),
            ]
        )
        session.commit()
        customer_id, menu_id = mine.id, menu.id
    found = database.read(lambda connection: referrers(connection, customer_id, (TargetType.IVR,), menu_id))
    assert [(one.table, one.words) for one in found] == [
        ("ddis", "DDI +44 191 498 0777"),
        ("routing_rules", "rule 10 Hours, switched off"),
        ("ivrs", "IVR Night, timeout"),
    ]
