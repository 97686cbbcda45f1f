"""Stores the result of an MTR test in the database, so that earlier tests of an address can be compared."""

from __future__ import annotations

from partnertui.errors import UserError
from partnertui.kit.declare.actions import Services
from partnertui.kit.declare.kinds import Row
from partnertui.probes.mtr.findings import findings_of
from partnertui.probes.mtr.path_snapshot import Report
from partnertui.screens.shared.mtr.running_test import MtrSession


def keep(services: Services, session: MtrSession, row: Row | None) -> None:
    """Store what was found until now, in the background; nothing where no router replied."""
    operator, report, text, of = services.operator, session.report(), session.text(), row or {}
    if operator is None or report is None or all(hop.silent for hop in report.hops):
        return
    number, found = operator.id, report

    def work() -> None:
        # the mapped models, which a test needs only once it is over
        from partnertui.db.probe_results import ProbeResult, keep_results

        result = ProbeResult(
            target=session.host,
            outcome=outcome(found),
            report=text,
            figures=figures(found),
            phone=of.get("aor"),
            customer_id=of.get("customer_id"),
            partner_id=of.get("partner_id"),
        )
        keep_results(services.database, number, "mtr", [result])

    def failed(error: UserError) -> None:
        services.notify(f"The MTR test result couldn't be stored: {error} {error.advice}".strip(), "warn")

    services.jobs.write("store the MTR test", work, lambda done: None, failed, saves=False)


def outcome(report: Report) -> str:
    """The result in a few words."""
    if not report.reached:
        return "no answer from the destination"
    loss = report.hops[-1].loss
    return f"{loss:.0f}% loss" if loss else "no loss"


def figures(report: Report) -> dict[str, object]:
    """What two results are compared by."""
    last = report.hops[-1]
    found: dict[str, object] = {
        "Method": report.method_text,
        "Hops": len(report.hops),
        "Reached": "yes" if report.reached else "no",
        "Rounds": report.begun,
        "Loss, %": round(last.loss, 1),
        "Average, ms": None if last.avg is None else round(last.avg, 1),
        "Worst, ms": None if last.worst is None else round(last.worst, 1),
        "Jitter, ms": None if last.jitter is None else round(last.jitter, 1),
    }
    found |= {f"Hop {hop.hop}": hop.host or "no answer" for hop in report.hops}
    found["Meaning"] = " ".join(finding.text for finding in findings_of(report))
    return found
