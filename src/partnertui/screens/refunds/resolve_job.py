"""Looks up refunds of unknown outcome at their gateways, in the background, when the list is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.operators import STAFF
from partnertui.domain.plurals import plural
from partnertui.domain.refunds import RefundState
from partnertui.screens.shared.refund_payouts import payout_of

if TYPE_CHECKING:
    from partnertui.errors import UserError
    from partnertui.kit.declare.actions import ActionContext


def begin(context: ActionContext) -> None:
    """Asks the gateways what became of what is open, and reads the list again if something was settled."""
    services = context.services
    if services.operator is None or services.operator.role not in STAFF:
        return

    def work(cancel: object, tell: object) -> dict[int, RefundState]:
        from partnertui.db.refund_payout import resolve, unsettled  # the mapped models, which the list has by now

        payout = payout_of(services)
        return resolve(payout) if unsettled(payout) else {}

    def done(found: dict[int, RefundState]) -> None:
        if found:
            settled = [state for state in found.values() if state in (RefundState.COMPLETED, RefundState.FAILED)]
            if settled:
                services.notify(
                    f"{len(settled)} of {plural(len(found), 'open refund')} settled after querying the gateway.", "good"
                )
            context.refresh_rows()

    def failed(error: UserError) -> None:
        services.notify(f"Couldn't look up the open refunds: {error}", "warn")

    services.jobs.long("look up refunds", work, done, failed, shown=False)
