"""Reads who holds the extensions of a customer: users, ring groups, IVRs and conferences."""

from __future__ import annotations

from sqlalchemy import Connection, literal, select, union_all

from partnertui.db.models import Conference, Ivr, RingGroup, User
from partnertui.domain.extensions import Holder


def read_holders(connection: Connection, customer_id: int) -> list[Holder]:
    """The customer's users, ring groups, IVRs and conferences that have an extension."""
    kinds = (("user", User), ("ring group", RingGroup), ("IVR", Ivr), ("conference", Conference))
    parts = (
        select(model.extension, literal(kind), model.name, model.id).where(
            model.customer_id == customer_id, model.extension.is_not(None)
        )
        for kind, model in kinds
    )
    rows = connection.execute(union_all(*parts)).all()
    return [Holder(str(extension), kind, name, key) for extension, kind, name, key in rows]
