"""The verdicts as documentation: every code with its rules, what makes it certain, what to tell and what to try."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from partnertui.calls.diagnosis.rule import Rule
from partnertui.calls.diagnosis.rules import RULES
from partnertui.calls.diagnosis.verdict import Code

BEGIN = "<!-- verdicts: written by `partnertui verdicts -o docs/trace.md`, don't edit -->"
END = "<!-- end of verdicts -->"


def verdicts_markdown() -> str:
    """A section for each code, in the order of Code."""
    return "\n".join([BEGIN, "", *(line for code in Code for line in _section(code)), END])


def with_verdicts(text: str) -> str:
    """A document with the part between BEGIN and END renewed; appended where there is none."""
    before, found, rest = text.partition(BEGIN)
    after = rest.partition(END)[2] if found else "\n"
    return f"{before if found else text.rstrip() + chr(10) * 2}{verdicts_markdown()}{after}"


def _section(code: Code) -> list[str]:
    rules = [rule for rule in RULES if rule.code == code]
    if not rules:
        return [f"### `{code}`", "", "No other verdict fits; this one says what is missing and is never certain.", ""]
    return [
        f"### `{code}`",
        "",
        _distinct(rule.meaning for rule in rules),
        "",
        f"- Based on: {_joined(rule.looks_for for rule in rules)}.",
        f"- Needed to be certain: {_needs(rules)}.",
        f"- Tell the customer: {_distinct(rule.customer for rule in rules[:1])}",
        f"- Try: {_distinct(rule.steps for rule in rules[:1])}",
        "",
    ]


def _needs(rules: Sequence[Rule]) -> str:
    needed = [", ".join(rule.requires) for rule in rules]
    return _joined(text or "the messages that it quotes" for text in needed)


def _joined(texts: Iterable[str]) -> str:
    return "; or ".join(dict.fromkeys(texts))


def _distinct(sentences: Iterable[str]) -> str:
    ended = (sentence if sentence.endswith((".", "?")) else f"{sentence}." for sentence in sentences)
    return " ".join(dict.fromkeys(ended))
