"""Stores the results of SIP tests in the database, so that earlier tests of a phone can be compared."""

from __future__ import annotations

from collections.abc import Sequence

from partnertui.domain.evidence import TEXT_WIDTH
from partnertui.domain.symbols import ASCII
from partnertui.errors import UserError
from partnertui.kit.declare.actions import Services
from partnertui.kit.declare.kinds import Row
from partnertui.kit.terminal.safe_text import one_line
from partnertui.probes.sip_options.options_report import report_json, status_text
from partnertui.probes.sip_options.sip_test import NOT_TESTED, SipProbe
from partnertui.screens.shared.sip_test.result_lines import one_phone

FIGURES = (
    ("Response", "status"),
    ("Reason", "reason"),
    ("Route", "way"),
    ("Transport", "transport"),
    ("Address", "address"),
    ("Requests", "sent"),
    ("Answered", "received"),
    ("Loss, %", "loss"),
    ("Average, ms", "avg"),
    ("Slowest, ms", "max"),
    ("Jitter, ms", "jitter"),
    ("Phone", "user_agent"),
    ("Meaning", "meaning"),
)
"""What two results are compared by: label, and name in `report_json`."""


def keep(services: Services, tested: Sequence[tuple[Row, SipProbe]], plan: str) -> None:
    """Store the results of the phones that were sent something, in the background; says so if that fails."""
    operator = services.operator
    found = [(row, probe) for row, probe in tested if probe.over and probe.state != NOT_TESTED]
    if operator is None or not found:
        return
    number = operator.id

    def work() -> None:
        # the mapped models, which a test needs only once it is over
        from partnertui.db.probe_results import ProbeResult, keep_results

        results = (
            ProbeResult(
                target=str(row["contact"] or row["aor"]),
                outcome=f"{probe.state}: {status_text(probe)}" if probe.end is not None else probe.state,
                report=report_text(probe, plan),
                figures=figures(probe),
                phone=row["aor"],
                customer_id=row.get("customer_id"),
                partner_id=row.get("partner_id"),
            )
            for row, probe in found
        )
        keep_results(services.database, number, "options", results)

    def failed(error: UserError) -> None:
        services.notify(f"The SIP test result couldn't be stored: {error} {error.advice}".strip(), "warn")

    services.jobs.write("store the SIP test", work, lambda done: None, failed, saves=False)


def report_text(probe: SipProbe, plan: str) -> str:
    """A finished test as text, as it is shown and attached to tickets."""
    lines = one_phone(probe, TEXT_WIDTH, ASCII)
    return "\n".join([f"SIP test: {one_line(probe.name)}", plan, *(line.copy for line in lines if line.copy)])


def figures(probe: SipProbe) -> dict[str, object]:
    """What two results are compared by."""
    found = report_json(probe)
    return {label: found[name] for label, name in FIGURES if found[name] is not None}
