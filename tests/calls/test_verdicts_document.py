"""docs/trace.md has every verdict as the rules have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from partnertui.calls.diagnosis.verdict import Code
from partnertui.calls.diagnosis.verdicts_document import verdicts_markdown, with_verdicts
from partnertui.cli import main

DOCUMENT = Path(__file__).parents[2] / "docs" / "trace.md"


def test_the_document_is_up_to_date() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert with_verdicts(text) == text, "run: partnertui verdicts -o docs/trace.md"
    assert main(["verdicts", "--check", str(DOCUMENT)]) == 0


def test_a_document_that_is_out_of_date_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = tmp_path / "trace.md"
    old.write_text(DOCUMENT.read_text("utf-8").replace("### `", "### `old-", 1), "utf-8")
    assert main(["verdicts", "--check", str(old)]) == 1
    assert "aren't up to date" in capsys.readouterr().err


def test_every_code_has_a_section() -> None:
    made = verdicts_markdown()
    assert all(f"### `{code}`" in made for code in Code)
