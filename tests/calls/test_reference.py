"""docs/trace.md has every verdict as the rules have it."""

from __future__ import annotations

from pathlib import Path

from partnertui.calls.diagnosis.reference import verdicts_markdown, with_verdicts
from partnertui.calls.diagnosis.verdict import Code

DOCUMENT = Path(__file__).parents[2] / "docs" / "trace.md"


def test_the_document_is_up_to_date() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert with_verdicts(text) == text, "run: partnertui verdicts -o docs/trace.md"


def test_every_code_has_a_section() -> None:
    made = verdicts_markdown()
    assert all(f"### `{code}`" in made for code in Code)
