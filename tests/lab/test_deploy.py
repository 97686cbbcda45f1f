"""The samples in deploy/ and docs/kamailio.md are what the lab's Kamailio runs with."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LAB = (Path(__file__).parent / "platform/kamailio.cfg").read_text()


def lines(text: str) -> set[str]:
    """Statements, however indented; without remarks."""
    found = {re.sub(r"\s*#.*", "", line).strip() for line in text.splitlines()}
    return found - {"", "}", "exit;"}


def test_the_samples_are_what_the_lab_runs() -> None:
    for name in ("modules.cfg", "routes.cfg"):
        assert lines((ROOT / "deploy/kamailio" / name).read_text()) <= lines(LAB), name


def test_so_are_the_fragments_of_the_guide() -> None:
    guide = (ROOT / "docs/kamailio.md").read_text()
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    assert [lines(text) - lines(LAB) for language, text in blocks if not language] == [set()] * 3


def test_the_extra_columns_are_the_labs() -> None:
    wanted = set(re.findall(r"ADD COLUMN (\w+) VARCHAR", (ROOT / "deploy/kamailio/columns.sql").read_text()))
    filled = {name for extra in re.findall(r'_extra", "(.*?)"', LAB) for name in re.findall(r"(\w+)=", extra)}
    assert wanted == filled
