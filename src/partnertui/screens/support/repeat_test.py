"""*Prove that it's solved*: the same test again or a later call, attached as "after" with what differs from before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from partnertui.db.tickets.evidence import attach_evidence
from partnertui.db.tickets.repeatable_test import Before, find_before
from partnertui.domain.evidence import (
    AFTER,
    AOR,
    CDR_ID,
    PROOF,
    TARGET,
    TEXT_WIDTH,
    Evidence,
    EvidenceKind,
    masked_test,
)
from partnertui.domain.phone_numbers import format_number
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import ActionContext, Services
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.unit_of_work_job import run_unit_of_work
from partnertui.kit.widgets.text_dialogs import Confirm
from partnertui.screens.shared.mtr.dialog import MtrDialog
from partnertui.screens.shared.probe_history.result_lines import comparison
from partnertui.screens.shared.sip_test.dialog import SipTestDialog
from partnertui.screens.shared.sip_test.plan_choice import Choice
from partnertui.screens.shared.sip_test.registered_phones import look_up
from partnertui.screens.shared.sip_test.test_run import SipTestRun
from partnertui.screens.support.later_call_proof import call_evidence, later_words, no_later_call, shown_facts

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.kit.declare.kinds import Row

NO_TEST = (
    "This ticket has no test to repeat, no call and no known phone: attach a SIP test, an MTR test or a call first."
)


class ProofMtr(MtrDialog):
    """An MTR test whose result goes into the ticket when it is closed."""

    def __init__(self, context: ActionContext, before: Before) -> None:
        super().__init__(context, before.facts[TARGET])
        self.before = before

    def attach(self) -> None:
        """Closing attaches it."""
        self.close()

    def close(self) -> None:
        """Attaches what was found, then closes."""
        evidence = self.evidence()
        super().close()
        if evidence is not None:
            attach_after(self.opened_from, self.before, evidence)


class ProofSipTest(SipTestDialog):
    """A SIP test whose result goes into the ticket when it is closed."""

    def __init__(self, run: SipTestRun, context: ActionContext, before: Before) -> None:
        super().__init__(run, run.probes[0])
        self.opened_from, self.before = context, before

    def attach(self) -> None:
        """Closing attaches it."""
        self.reading = False
        self.close()

    def close(self) -> None:
        """Attaches what was found, then closes; a test that is still running isn't a proof."""
        if self.reading or self.opened is None or not self.opened.over:
            super().close()
            return
        evidence = self.evidence()
        self.dismiss(None)
        attach_after(self.opened_from, self.before, evidence)


def attach_after(
    context: ActionContext, before: Before, found: Evidence, at: datetime | None = None, done: str = ""
) -> None:
    """Attaches a result beside the earlier one, with what differs first; `at` is when it was made, None for now."""
    ticket, now = (context.row or {})["id"], utc_now()
    # Whoever attached the earlier one masked wants nothing of the phone or host to be read in this ticket. Evidence of
    # a call is masked as it is made.
    if before.masked and before.kind is not EvidenceKind.CALL:
        found = masked_test(found)
    text = proof_text(before, found, at or now)
    facts = {**found.facts, PROOF: AFTER}
    if before.at is not None:
        facts["Before"] = f"{before.at:%Y-%m-%d %H:%M:%S} UTC"
    after = replace(
        found, title=f"After: {found.title}", text=text, facts=facts, file_name=f"after-{now:%H%M}-{found.file_name}"
    )

    def work(unit: UnitOfWork) -> None:
        attach_evidence(unit, ticket, after)

    usual = "Attached as “after”, with the differences." if before.at is not None else "Attached as “after”."
    run_unit_of_work(context, f"attach the {found.kind}", work, done or usual)


def proof_text(before: Before, found: Evidence, at: datetime) -> str:
    """What differs, what is the same, then the report."""
    if before.at is None:
        return f"After: {found.title}\nIt wasn't tested before.\n\n{found.text}"
    own = {AOR, TARGET, PROOF, "Before", "Started", CDR_ID}
    earlier = shown_facts(before.facts, masked=before.masked)
    old, new = (
        {"at": at, "figures": {label: value for label, value in facts.items() if label not in own}}
        for at, facts in ((before.at, earlier), (at, found.facts))
    )
    lines = ["".join(text for text, *_ in line.pieces).rstrip() for line in comparison(old, new, TEXT_WIDTH, "-")]
    return "\n".join([f"Before and after: {found.title}", *lines[1:], "", found.text])


def prove(context: ActionContext) -> None:
    """Makes the test of the ticket again, or attaches the newest later call of its call's number."""
    services, operator, row = context.services, context.operator, context.row or {}
    if operator is None:
        return

    def read(connection: Connection) -> Before | None:
        return find_before(connection, operator, row["id"])

    def begin(before: Before | None) -> None:
        if before is None:
            services.notify(NO_TEST, "warn")
        else:
            run_again(context, before)

    services.read(context.view, "earlier test", read, begin, opens=True)


def run_again(context: ActionContext, before: Before) -> None:
    """Opens the test, which runs at once; for a call, attaches a later one or says that there was none."""
    if before.kind is EvidenceKind.CALL:
        attach_later_call(context, before)
        return
    if before.kind is EvidenceKind.MTR:
        context.services.show_dialog(ProofMtr(context, before))
        return

    def test(services: Services, rows: Sequence[Row], title: str) -> None:
        proxy = services.settings.sip_test.proxy
        run = SipTestRun(services, tuple(rows[:1]), one_line(rows[0]["aor"]), Choice(proxy, bool(proxy)))
        run.start()
        services.show_dialog(ProofSipTest(run, context, before), lambda answer: None)

    aor = before.facts[AOR]
    look_up(context, "aor", aor, one_line(aor), test)


def attach_later_call(context: ActionContext, before: Before) -> None:
    """Attaches the newest later call as "after", or says that there was none."""
    call = before.later
    if call is None:
        context.services.notify(no_later_call(before), "warn")
        return
    done = f"Attached as “after”, with the differences: {later_words(call)}."
    attach_after(context, before, call_evidence(before, call), call.started_at, done)


def offer_proof(context: ActionContext) -> None:
    """Asks whether to make the test again, if one is attached and wasn't made again yet, or to attach a later call."""
    services, operator, row = context.services, context.operator, context.row or {}
    if operator is None:
        return

    def read(connection: Connection) -> Before | None:
        return find_before(connection, operator, row["id"])

    def ask(before: Before | None) -> None:
        if before is None or before.proved or not (before.attached or before.later):
            return
        if before.kind is EvidenceKind.CALL:
            ask_call(before)
            return
        what = one_line(before.facts.get(AOR) or before.facts.get(TARGET) or "")
        text = f"The {before.kind} of {what} will be run again, and its result attached next to the earlier one."
        question = Confirm(services, "Prove it's solved?", text, "test again", "no")
        services.show_dialog(question, lambda yes: run_again(context, before))

    def ask_call(before: Before) -> None:
        if before.later is None:
            services.notify(no_later_call(before), "warn")
            return
        number = format_number(before.number)
        text = f"To or from {number} since: {later_words(before.later)}. It will be attached next to the earlier one."
        question = Confirm(services, "Prove it's solved?", text, "attach it", "no")
        services.show_dialog(question, lambda yes: run_again(context, before))

    services.read(context.view, "earlier test", read, ask)
