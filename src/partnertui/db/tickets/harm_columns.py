"""SQL columns of the ticket list that rank tickets by harm (see domain/ticket_harm.py)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, bindparam, case, func, select

from partnertui.db.models import Cdr, PricePlan, Ticket
from partnertui.db.models.base import now
from partnertui.db.models.cdr_indexes import SHARDS
from partnertui.db.rows.type_aliases import ListedColumn
from partnertui.domain.call_enums import FAILED, LegCategory
from partnertui.domain.ticket_enums import DONE
from partnertui.domain.ticket_harm import FAILING_HOURS, PLAN_WEIGHTS, SLA_WEIGHTS


def from_now(span: timedelta) -> BindParameter[datetime]:
    """The time that is so far from when the statement runs, so that a statement is built once."""
    return bindparam(None, callable_=lambda: now() + span, type_=Ticket.created_at.type)


def failing_calls() -> ColumnElement[int]:
    """Failed calls of a ticket's customer in the last FAILING_HOURS; 0 for a ticket that is done."""
    shard = Ticket.customer_id % SHARDS
    # the slots of the customer's shard: the index on (slot, started_at) then reads one hour of one customer in 256
    slots = [index * SHARDS + shard for index in range(len(LegCategory))]
    calls = select(func.count()).select_from(Cdr)
    calls = calls.where(Cdr.slot.in_(slots), Cdr.started_at >= from_now(-timedelta(hours=FAILING_HOURS)))
    mine = calls.where(Cdr.customer_id == Ticket.customer_id, Cdr.disposition.in_(FAILED))
    counted = mine.correlate(Ticket).scalar_subquery()
    return case((Ticket.state.not_in(DONE) & Ticket.customer_id.is_not(None), counted), else_=0)


def harm_columns() -> tuple[ListedColumn, ...]:
    """The number of failing calls, the plan with its fee, and the harm; the select joins PricePlan."""
    plan = case(*((PricePlan.monthly_fee >= fee, weight) for fee, weight in PLAN_WEIGHTS), else_=1)
    left = ((Ticket.sla_due_at <= from_now(most), weight) for most, weight, _ in SLA_WEIGHTS)
    sla = case((Ticket.sla_paused_since.is_not(None), 1), *left, else_=1)
    return (
        failing_calls().label("failing_calls"),
        PricePlan.name.label("price_plan"),
        PricePlan.monthly_fee.label("plan_fee"),
        (failing_calls() * plan * sla).label("harm"),
    )
