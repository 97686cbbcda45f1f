"""The list of all checks in order; runs them and reports findings with advice."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING

from partnertui.config import ConfigError, without_password
from partnertui.doctor import database, files, key_map, provisioning, terminal, tshark_and_sockets
from partnertui.doctor.check_result import Finding, fail
from partnertui.kit.terminal.safe_text import one_line
from partnertui.log import Unexpected

if TYPE_CHECKING:
    from partnertui.config import Folders, Settings

Check = Callable[["Settings", "Folders"], Iterable[Finding]]
log = logging.getLogger(__name__)


def checks() -> tuple[tuple[str, Check], ...]:
    """All checks by area, in the order of the report."""
    return (
        ("folders", files.check),
        ("database", database.check),
        ("kamailio", database.check_kamailio),
        ("users", provisioning.check),
        ("tshark", tshark_and_sockets.check_tshark),
        ("probes", tshark_and_sockets.check_rights),
        ("terminal", terminal.check),
        ("keys", key_map.check),
    )


def examine(settings: Settings, folders: Folders, broken: ConfigError | None = None) -> list[Finding]:
    """All findings. With broken settings the rest is checked with the defaults."""
    found: list[Finding] = []
    if broken is not None:
        found.append(
            fail("settings", str(broken), f"{broken.advice} Everything else is checked with the defaults.".strip())
        )
    for name, check in checks():
        with Unexpected(log, f"doctor: {name}") as unexpected:
            found.extend(check(settings, folders))
        if unexpected.error is not None:
            words = f"the check itself failed ({type(unexpected.error).__name__})"
            found.append(fail(name, words, f"See {folders.log_file} and report it."))
    return found


def as_lines(findings: list[Finding]) -> str:
    """A line a finding, aligned; below it what to do."""
    wide = max(len(finding.name) for finding in findings)
    lines = []
    for finding in findings:
        lines.append(f"{finding.state:<4}  {finding.name:<{wide}}  {one_line(without_password(finding.text), 500)}")
        if finding.advice:
            lines.append(f"{'':<4}  {'':<{wide}}  -> {one_line(without_password(finding.advice), 500)}")
    bad = sum(finding.state == "fail" for finding in findings)
    look = sum(finding.state == "look" for finding in findings)
    if bad or look:
        lines.append(f"\n{bad} failed, {look} to check, {len(findings) - bad - look} OK.")
    else:
        lines.append("\nEverything is OK.")
    return "\n".join(lines)


def as_json(findings: list[Finding]) -> str:
    """The findings as JSON."""
    return json.dumps([asdict(finding) for finding in findings], indent=2, ensure_ascii=False)
