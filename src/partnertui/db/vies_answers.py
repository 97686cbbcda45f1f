"""Stores VIES' answers on customers' VAT numbers, with their date."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from partnertui.db.change_history import CHECKED, record_values
from partnertui.db.models import Customer
from partnertui.db.rows.type_aliases import RowDict
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.operators import Operator, Role
from partnertui.domain.vat_numbers import VatStanding, VatState


def vat_standing(connection: Connection, customer_id: int, operator: Operator) -> VatStanding | None:
    """A customer's VAT number and what is known of it; None if the operator has no such customer."""
    columns = (
        Customer.country,
        Customer.vat_number,
        Customer.vat_state,
        Customer.vat_answered_at,
        Customer.vat_asked_at,
    )
    statement = select(*columns).where(Customer.id == customer_id)
    if operator.role == Role.PARTNER:
        statement = statement.where(Customer.partner_id == operator.partner_id)
    row = connection.execute(statement).first()
    return VatStanding(*row) if row is not None else None


def record_vat_answer(
    work: UnitOfWork, customer_id: int, number: str, state: VatState, words: str, asked_at: datetime
) -> bool:
    """Keeps an answer about a number; False if the customer has another number by now, so that it says nothing.

    No answer takes nothing back: a number that VIES confirmed stays confirmed, with the date of that. The version isn't
    raised, so that nobody who edits the customer meanwhile has to compare anything.
    """
    customer = work.get(Customer, customer_id, lock=True)
    if customer.vat_number != number:
        return False
    values: RowDict = {"vat_asked_at": asked_at, "vat_answer": words}
    if state != VatState.UNKNOWN:
        values |= {"vat_state": state, "vat_answered_at": asked_at}
    record_values(work.session, customer, CHECKED, values)
    work.session.execute(
        update(Customer).where(Customer.id == customer_id).values(values),
        execution_options={"synchronize_session": False},
    )
    return True
