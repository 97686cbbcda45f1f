"""Runs all billing checks of a customer, and applies the fixes that an agent chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from partnertui.db.billing_checks import CHECKS
from partnertui.db.billing_checks.check_declaration import Account, BillingCheck, Finding
from partnertui.db.credit import require_staff
from partnertui.db.models import Customer
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError

COLUMNS = (
    "id",
    "company",
    "country",
    "currency",
    "credit",
    "vat_number",
    "vat_state",
    "auto_top_up",
    "unlimited_minutes_left",
    "price_plan_id",
)


@dataclass(frozen=True)
class Found:
    """A check with what it found."""

    check: BillingCheck
    findings: tuple[Finding, ...]

    def key(self, finding: Finding) -> str:
        """What tells a finding from all others."""
        return f"{self.check.code}:{finding.row_id}"


def check_billing(connection: Connection, customer_id: int, now: datetime) -> list[Found]:
    """Every check with what it found. Raises DomainError if there is no such customer."""
    columns = [Customer.__table__.c[name] for name in COLUMNS]
    row = connection.execute(select(*columns).where(Customer.__table__.c.id == customer_id)).mappings().first()
    if row is None:
        raise DomainError("This customer was deleted.")
    account = Account(dict(row), now)
    return [Found(check, tuple(check.find(connection, account))) for check in CHECKS]


def apply_fixes(work: UnitOfWork, customer_id: int, ticked: Mapping[str, str], now: datetime) -> int:
    """Applies fixes; `ticked` is what each would do, by the finding's key, as the agent saw it. Returns how many.

    Raises DomainError if one of them would do something else by now, or is no longer needed: then none is applied.
    NotAllowed for partners.
    """
    require_staff(work)
    customer = work.get(Customer, customer_id, lock=True)
    left = dict(ticked)
    for found in check_billing(work.session.connection(), customer_id, now):
        fix = found.check.fix
        for finding in found.findings:
            seen = left.pop(found.key(finding), None)
            if seen is None or fix is None:
                continue
            if seen != finding.fix:
                raise _changed(finding.text)
            fix(work, customer, finding, now)
    if left:
        raise _changed("One of the findings no longer applies.")
    return len(ticked)


def _changed(text: str) -> DomainError:
    return DomainError(f"Something has changed since the check: {text} Nothing was fixed.", advice="Check again.")
