"""Blocked IPs: one row per blocked address or network, with reason, who blocked it, and until when."""

from __future__ import annotations

from partnertui.domain.operators import STAFF
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.kinds import Identifier, Ip, Remaining, Row, Time
from partnertui.kit.declare.page import Column, Fact, Page
from partnertui.kit.terminal.safe_text import one_line
from partnertui.screens.blocked_ips.queries import blocked_ips
from partnertui.screens.shared.block_ip import after, ask_block, finished
from partnertui.screens.shared.ip_address_actions import address_actions


def over(row: Row) -> bool:
    """True where the time of a blocking is over."""
    return row["until"] is not None and row["until"] <= utc_now()


def unblock(context: ActionContext) -> None:
    """Asks, then lets the address in again and runs the site's command."""
    from partnertui.kit.widgets.text_dialogs import Confirm

    row, services, operator = context.row or {}, context.services, context.operator
    name = one_line(row["network"])

    def work() -> tuple[bool, str]:
        from partnertui.db.ip_blocks import unblock as let_in
        from partnertui.db.unit_of_work import UnitOfWork

        assert operator is not None
        with UnitOfWork(services.database, operator) as unit:
            network, reason = let_in(unit, row["id"])
            unit.commit()
        return after(
            f"{network} is no longer blocked.",
            services.settings,
            services.settings.block.unblock_hook,
            (network, reason),
        )

    def answered(yes: bool) -> None:
        services.jobs.write(
            f"unblock {name}",
            work,
            lambda outcome: finished(context, outcome),
            lambda error: services.notify(f"Couldn't unblock {name}: {error} {error.advice}".strip(), "bad"),
        )

    words = f"{name} was blocked. Reason: {one_line(row['reason'])}"
    services.show_dialog(Confirm(services, f"Unblock {name}?", words, "unblock it"), answered)


PAGE = Page(
    rows=blocked_ips,
    columns=(
        Column("network", Ip(), width=22, group="Blocked"),
        Column("reason", width=40),
        Column("blocked_by", width=18),
        Column("blocked_at", Time(seconds=False), title="Since", width=16),
        Column("until", Remaining(warn_below=86400, past="expired "), title="Time left", width=16),
        Column("id", Identifier(), shown=False),
    ),
    find=("network",),
    search=("network", "reason", "blocked_by"),
    sort="-blocked_at",
    actions=(
        Action(
            "blocked.add",
            "Block an address",
            lambda context: ask_block(context),
            ("a",),
            "block",
            roles=STAFF,
            group="Actions",
        ),
        Action("blocked.remove", "Unblock", unblock, ("delete",), "unblock", rows="one", roles=STAFF, group="Address"),
        *address_actions("network", block=False),
    ),
    facts=(Fact("Blocked", lambda row: "no: the block has expired" if over(row) else "yes", "Blocked"),),
    title=lambda row: row["network"],
    table="blocked_ips",
    scope="",
    owner="",
    empty="No blocked addresses. {key:ip.block} on a session, a chat or a registration blocks its address.",
    row_role=lambda row: "muted" if over(row) else "",
)
