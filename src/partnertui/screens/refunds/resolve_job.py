"""Settles refunds whose outcome isn't known as soon as their list is opened, in the background."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from partnertui.db.rows.select_rows import TABLE, TableSource
from partnertui.domain.operators import STAFF
from partnertui.domain.refunds import RefundState

if TYPE_CHECKING:
    from partnertui.errors import UserError
    from partnertui.kit.declare.actions import ActionContext, Services, View

PAUSE_SECONDS = 60.0
"""Between two rounds of the same list, however often it is read."""
_begun: WeakKeyDictionary[View, float] = WeakKeyDictionary()


def source(context: ActionContext) -> TableSource:
    """Our own table; opening the list asks the gateways what became of what is open."""
    view, operator = context.view, context.operator
    if view is not None and operator is not None and operator.role in STAFF:
        since = time.monotonic() - _begun.get(view, -PAUSE_SECONDS)
        if since >= PAUSE_SECONDS:
            _begun[view] = time.monotonic()
            _begin(context.services, view)
    return TABLE


def _begin(services: Services, view: View) -> None:
    def work(cancel: object, tell: object) -> dict[int, RefundState]:
        from partnertui.db.refund_payout import resolve, unsettled  # the mapped models, which the list has by now
        from partnertui.screens.shared.refund_payouts import payout_of

        payout = payout_of(services)
        return resolve(payout) if unsettled(payout) else {}

    def done(found: dict[int, RefundState]) -> None:
        if found:
            settled = [state for state in found.values() if state in (RefundState.COMPLETED, RefundState.FAILED)]
            if settled:
                services.notify(f"{len(settled)} of {len(found)} open refunds settled by asking the gateway.", "good")
            view.refresh_rows()

    def failed(error: UserError) -> None:
        services.notify(f"The open refunds were not looked up: {error}", "warn")

    services.jobs.long("look refunds up", work, done, failed, shown=False)
