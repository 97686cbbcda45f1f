"""Holds the program's JSON against what is declared about a call: right, half (an honest gap), or wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.truth.scenario import Expect, Scenario

RIGHT, HALF, WRONG = "right", "half", "wrong"
MORE = "the capture shows more:"
NOT_READ = r"(sound|RTP|stream|packets).{0,80}(not|cannot|tunnel|unread)|tunnel"
"""What a note says where sound is there but could not be read."""
Frames = Callable[[int | str], set[int]]
"""Finds the numbers of the frames that are meant."""
Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """The program's answer on one scenario."""

    calls: list[Json]
    notes: str
    error: str = ""


@dataclass
class Mark:
    """The judgement of one call: what is false in its verdict, what in its details, and what could be better."""

    scenario: Scenario
    call_id: str
    printed: str
    false: list[str]
    details: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    is_certain: bool = False

    @property
    def grade(self) -> str:
        """Right, half or wrong."""
        return WRONG if self.false or self.details else HALF if self.doubts else RIGHT

    @property
    def certain(self) -> bool:
        """True for the worst: a false verdict that is scenario as certain."""
        return bool(self.false) and self.is_certain


def judge(scenario: Scenario, answer: Answer, frames: Frames) -> list[Mark]:
    """A mark for each call that is scenario, and one more where the program shows calls that are none."""
    if answer.error:
        return [Mark(scenario, expect.call_id or "-", "nothing", [answer.error]) for expect in scenario.expect]
    marks = [judge_expected(scenario, expect, answer, frames) for expect in scenario.expect]
    known = {expect.call_id for expect in scenario.expect}.union(*(expect.legs for expect in scenario.expect))
    unexpected = [call for call in answer.calls if not known & set(call["call_ids"])]
    if unexpected and not scenario.others_allowed and None not in known:
        printed = "; ".join(f"{call['method']} {call['call_ids']}: {call['verdict']['code']}" for call in unexpected)
        is_certain = any(call["verdict"]["confidence"] == "certain" for call in unexpected)
        marks.append(
            Mark(scenario, "others", printed, [f"{len(unexpected)} calls that are none"], is_certain=is_certain)
        )
    return marks


def judge_expected(scenario: Scenario, expect: Expect, answer: Answer, frames: Frames) -> Mark:
    """The mark for one call; where a Call-ID stands in several rows, the best of them."""
    if expect.call_id is None:
        return judge_nothing(scenario, expect, answer)
    rows = [call for call in answer.calls if expect.call_id in call["call_ids"]]
    if not rows:
        printed = " ".join(answer.notes.split()) or "nothing"
        if "no call" in expect.hedged and any_found(expect.says, answer.notes):
            return Mark(scenario, expect.call_id, printed, [], doubts=["the call is not shown, but why not is printed"])
        return Mark(scenario, expect.call_id, printed, ["the call is not found"])
    marks = [judge_call(scenario, expect, call, answer.notes, frames) for call in rows]
    return min(marks, key=lambda mark: (RIGHT, HALF, WRONG).index(mark.grade))


def judge_call(scenario: Scenario, expect: Expect, call: Json, notes: str, frames: Frames) -> Mark:
    """The mark for one row of the program's answer."""
    verdict = call["verdict"]
    printed = f"{verdict['code']}/{verdict['confidence']}: {verdict['text']} {verdict['advice']}".strip()
    mark = Mark(scenario, expect.call_id or "-", printed, [], is_certain=verdict["confidence"] == "certain")
    mark.false += [*code_faults(expect, verdict), *word_faults(expect, verdict)]
    mark.details += [*evidence_faults(expect, verdict, frames), *leg_faults(expect, call), *impossible(call)]
    if not call["streams"] and any_found([NOT_READ], "\n".join(call["missing"])):
        mark.doubts += ["there is sound, and it is printed that it was not read"] if expect.sound_rows else []
    else:
        mark.details += sound_faults(expect, call["streams"])
    open_end = mark.doubts if verdict["code"] == "unknown" else mark.details
    for absent, fault in [*fact_faults(expect, call), *figure_faults("", expect.statistics, call["statistics"])]:
        (open_end if absent else mark.details).append(fault)
    mark.doubts += code_doubts(expect, verdict)
    judge_words(mark, expect, call, notes)
    return mark


def judge_words(mark: Mark, expect: Expect, call: Json, notes: str) -> None:
    """What should be printed and is not: a weak verdict leaves it open, another hides it."""
    verdict = call["verdict"]
    findings = [verdict, *call.get("also", [])]
    words = "\n".join([*(f"{one['text']} {one['advice']}" for one in findings), *call["missing"], notes])
    if expect.should_say and not any_found(expect.should_say, words):
        mark.doubts.append(not_printed(expect.should_say))
    if expect.says and not any_found(expect.says, words):
        (mark.doubts if is_weak(expect, verdict) else mark.false).append(not_printed(expect.says))
    elif expect.says and expect.hedged and is_weak(expect, verdict):
        mark.doubts = [doubt for doubt in mark.doubts if not doubt.startswith(MORE)]


def not_printed(patterns: Iterable[str]) -> str:
    """The sentence about words that are missing."""
    return f"nothing like {' or '.join(sorted(patterns))} is printed"


def judge_nothing(scenario: Scenario, expect: Expect, answer: Answer) -> Mark:
    """The mark where no call can be read: none may be scenario of (but as unknown), and the reason must be printed."""
    verdicts = [call["verdict"] for call in answer.calls]
    words = "\n".join([answer.notes, *(verdict["text"] for verdict in verdicts)])
    printed = "; ".join(f"{verdict['code']}: {verdict['text']}" for verdict in verdicts) or " ".join(
        answer.notes.split()
    )
    mark = Mark(
        scenario,
        "-",
        printed or "nothing",
        [],
        is_certain=any(verdict["confidence"] == "certain" for verdict in verdicts),
    )
    if verdicts:
        known = any(verdict["code"] != "unknown" for verdict in verdicts)
        (mark.false if known else mark.doubts).append(f"{len(verdicts)} calls, of which nothing can be known")
    if expect.says and not any_found(expect.says, words):
        mark.false.append(not_printed(expect.says))
    mark.false += [f"it is false that “{found}”" for found in all_found(expect.never_says, words)]
    return mark


def is_weak(expect: Expect, verdict: Json) -> bool:
    """True for a verdict that claims little: unknown, or one that is only allowed because it is not certain."""
    return verdict["code"] == "unknown" or (verdict["code"] in expect.hedged and verdict["confidence"] != "certain")


def code_faults(expect: Expect, verdict: Json) -> Iterator[str]:
    """What is wrong with the code and the confidence."""
    code, is_certain = verdict["code"], verdict["confidence"] == "certain"
    wanted = " or ".join(sorted(expect.codes))
    if code in expect.never_codes:
        yield f"“{code}” is false here" + (f": it is {wanted}" if wanted else "")
    elif code in expect.codes:
        if is_certain and expect.certain is False:
            yield "the capture does not allow certainty"
    elif code in expect.hedged:
        if is_certain:
            yield f"“{code}” cannot be certain here"
    elif code != "unknown":
        yield f"“{code}” is false here: it is {wanted or 'none of that'}"


def code_doubts(expect: Expect, verdict: Json) -> Iterator[str]:
    """What could be better about a code that is not false."""
    code = verdict["code"]
    wanted = " or ".join(sorted(expect.codes))
    if code not in expect.codes and (code == "unknown" or code in expect.hedged):
        yield f"{MORE} {wanted}"
    elif code in expect.codes and expect.certain and verdict["confidence"] != "certain":
        yield "the capture allows certainty"


def word_faults(expect: Expect, verdict: Json) -> Iterator[str]:
    """False statements in the text and the advice."""
    for found in all_found(expect.never_says, f"{verdict['text']} {verdict['advice']}"):
        yield f"it is false that “{found}”"


def fact_faults(expect: Expect, call: Json) -> Iterator[tuple[bool, str]]:
    """Wrong names, outcome or final code; the first of each pair is True where it is only not scenario."""
    for name, wanted in (("from", expect.from_user), ("to", expect.to_user), ("final_code", expect.final_code)):
        if wanted is not None and call[name] != wanted:
            yield call[name] is None, f"{name} is {call[name]!r}, not {wanted!r}"
    if expect.outcome and call["outcome"] not in expect.outcome:
        wanted = " or ".join(sorted(expect.outcome))
        yield call["outcome"] == "incomplete", f"the outcome is {call['outcome']!r}, not {wanted}"


def impossible(call: Json) -> Iterator[str]:
    """Figures that cannot be: times below zero."""
    for name, value in call["statistics"].items():
        if name.endswith("_ms") and value is not None and value < 0:
            yield f"{name} is {value}"


def leg_faults(expect: Expect, call: Json) -> Iterator[str]:
    """Legs that are not joined, or joined though they are of other calls."""
    for other in expect.legs:
        if other not in call["call_ids"]:
            yield f"the leg {other} is not joined"
    for other in expect.apart:
        if other in call["call_ids"]:
            yield f"{other} is another call, and is joined"


def evidence_faults(expect: Expect, verdict: Json, frames: Frames) -> Iterator[str]:
    """Messages that should have been cited, or should not."""
    cited = set(verdict["evidence"])
    wanted = {number for mark in expect.evidence_any for number in frames(mark)}
    unwanted = {number for mark in expect.evidence_never for number in frames(mark)}
    if wanted and not cited & wanted and verdict["code"] not in ("unknown",):
        yield f"none of the frames {short(wanted)} is cited, but {short(cited)}"
    if cited & unwanted:
        yield f"frames {short(cited & unwanted)} are cited, which do not belong to it"


def figure_faults(where: str, wanted: Mapping[str, Any], found: Json) -> Iterator[tuple[bool, str]]:
    """Figures that are out of their tolerance; the first of each pair is True where there is none."""
    for name, figure in wanted.items():
        value = found.get(name)
        if isinstance(figure, tuple):
            if value is None or abs(value - figure[0]) > figure[1]:
                yield value is None, f"{where}{name} is {value}, not {figure[0]} ± {figure[1]}"
        elif value != figure:
            yield value in (None, "", []), f"{where}{name} is {value!r}, not {figure!r}"


def sound_faults(expect: Expect, streams: Sequence[Json]) -> Iterator[str]:
    """Streams that are missing, too many, or wrongly measured."""
    if expect.sound_rows is not None and len(streams) != expect.sound_rows:
        yield f"{len(streams)} streams are shown, not {expect.sound_rows}"
    for sound in expect.sounds:
        rows = [row for row in streams if (row["source"], row["destination"]) == (sound.source, sound.destination)]
        where = f"{sound.source} > {sound.destination}: "
        if rows:
            yield from (fault for _, fault in figure_faults(where, sound.figures, together(rows)))
        elif expect.sound_rows is None or len(streams) == expect.sound_rows:
            yield f"{where}no stream is shown"


def together(rows: Sequence[Json]) -> Json:
    """Rows of one direction as one: counts are added, of other figures the worst stands."""
    one = dict(rows[0])
    for name in ("packets", "lost", "out_of_order", "duplicates"):
        one[name] = sum(row[name] for row in rows)
    for name in ("loss", "jitter_ms", "max_jitter_ms"):
        one[name] = max(row[name] for row in rows)
    return one


def any_found(patterns: Iterable[str], words: str) -> bool:
    """True if one of the regular expressions is met."""
    return any(re.search(pattern, words, re.IGNORECASE) for pattern in patterns)


def all_found(patterns: Iterable[str], words: str) -> Iterator[str]:
    """The words by which regular expressions are met."""
    for pattern in patterns:
        if found := re.search(pattern, words, re.IGNORECASE):
            yield found[0]


def short(numbers: Iterable[int]) -> str:
    """The first few of many frame numbers."""
    ordered = sorted(numbers)
    return ", ".join(map(str, ordered[:6])) + (" …" if len(ordered) > 6 else "") or "none"


def frames_of(made: object) -> Frames:
    """Finds frame numbers: a number is one, a text means the packets that have it."""
    packets = sorted(made, key=lambda packet: packet[0]) if isinstance(made, list) else []

    def find(mark: int | str) -> set[int]:
        if isinstance(mark, int):
            return {mark}
        found = {number for number, (_, data) in enumerate(packets, 1) if mark.encode() in data}
        if not found:
            raise LookupError(f"no packet has {mark!r}")
        return found

    return find
