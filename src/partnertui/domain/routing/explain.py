"""Explains a call's route step by step: which rule applies and why, and where the call goes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from partnertui.domain.errors import DomainError
from partnertui.domain.pbx_enums import RingStrategy, RuleDirection, TargetType
from partnertui.domain.phone_numbers import format_number
from partnertui.domain.plurals import plural
from partnertui.domain.routing.customer_pbx import Goal, Group, Menu, Plan, Rule
from partnertui.domain.routing.patterns import matches, pattern_words
from partnertui.domain.routing.times import read_times

DEEPEST = 12
MOST = 400
"""Steps of an explanation; a plan made to explode is cut there, and says so."""
ORDER = {
    RingStrategy.RING_ALL: "all at once",
    RingStrategy.LINEAR: "one after the other, always starting with the first",
    RingStrategy.ROUND_ROBIN: "in turn, starting after whoever was called last",
    RingStrategy.RANDOM: "one after the other, in random order",
}


@dataclass(frozen=True)
class Step:
    """One line of the explanation; `goal` is what it speaks of, role its colour."""

    text: str
    depth: int = 0
    role: str = ""
    goal: Goal | None = None


def explain(plan: Plan, number: str, caller: str, when: datetime) -> list[Step]:
    """The way of a call to `number` from `caller` (digits; empty for a withheld one) at an aware moment."""
    inbound = number in plan.numbers
    direction = RuleDirection.INBOUND if inbound else RuleDirection.OUTBOUND
    whose = "is one of this customer's numbers" if inbound else "isn't one of this customer's numbers"
    steps = [Step(f"{format_number(number)} {whose}, so the call is {direction.value}.", role="title")]
    if number in plan.resting:
        steps.append(Step(f"The number is {plan.resting[number]}: no calls reach it. If it were active:", role="bad"))
    rules = sorted((rule for rule in plan.rules if rule.direction == direction), key=lambda rule: rule.priority)
    for rule in rules:
        why = refusal(rule, number, caller, when)
        if why:
            steps.append(Step(f"Rule {rule.priority} “{rule.name}” doesn't apply: {why}.", role="muted"))
            continue
        steps.append(Step(f"Rule {rule.priority} “{rule.name}” applies: {sentence(plan, rule)}", role="good"))
        return [*steps, *follow(plan, rule.goal, 1)]
    steps.append(Step("No rule applies." if rules else f"There is no rule for {direction.value} calls."))
    if not inbound:
        return [*steps, Step("The call goes out to the public network.", 1, "good")]
    steps.append(Step("The number's own route applies."))
    return [*steps, *follow(plan, plan.numbers[number], 1)]


def refusal(rule: Rule, number: str, caller: str, when: datetime) -> str:
    """Why a rule does not take a call; empty where it does."""
    if not rule.enabled:
        return "it is disabled"
    if not matches(rule.number_pattern, number):
        return f"it is for calls to {pattern_words(rule.number_pattern)}"
    if not matches(rule.caller_pattern, caller):
        return f"it is for calls from {pattern_words(rule.caller_pattern)}"
    try:
        local = when.astimezone(ZoneInfo(rule.time_zone))
        condition = read_times(rule.time_condition)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # "Europe" is a folder of the zone database
        return f"its time zone “{rule.time_zone}” doesn't exist"
    except DomainError as error:
        return f"its time condition isn't valid: {str(error).rstrip('.')}"
    if condition.holds(local):
        return ""
    return f"it only applies {condition.words()}, but it's {local:%A %H:%M} in {rule.time_zone}"


def sentence(plan: Plan, rule: Rule) -> str:
    """A rule in one sentence."""
    who = "" if not rule.caller_pattern else f" from {pattern_words(rule.caller_pattern)}"
    try:
        when = "" if not rule.time_condition else f" {read_times(rule.time_condition).words()} ({rule.time_zone})"
    except DomainError:
        when = f" at times that aren't valid (“{rule.time_condition}”)"
    kind = "inbound calls" if rule.direction == RuleDirection.INBOUND else "outbound calls"
    return f"{kind}{who} to {pattern_words(rule.number_pattern)}{when} {_goes(plan, rule.goal)}."


def _goes(plan: Plan, goal: Goal) -> str:
    if goal.kind == TargetType.HANG_UP:
        return "are ended by the switch"
    return "go nowhere" if goal.kind == TargetType.NONE else f"go to {plan.name(goal)}"


def follow(plan: Plan, goal: Goal, depth: int = 0) -> Iterator[Step]:
    """The steps from a goal on, at most so many; a goal met before on the same way is a loop."""
    steps = _follow(plan, goal, depth, ())
    yield from islice(steps, MOST)
    if next(steps, None) is not None:
        yield Step("and so on: there are too many paths to show", depth, "warn")


def _follow(plan: Plan, goal: Goal, depth: int, seen: tuple[Goal, ...]) -> Iterator[Step]:
    if goal in seen:
        yield Step(f"back to {plan.name(goal)}: a loop that the caller can't get out of", depth, "bad", goal)
        return
    if depth > DEEPEST:
        yield Step("and so on: too deep to follow", depth, "warn")
        return
    if plan.broken(goal):
        yield Step(f"to {plan.name(goal)}: the call fails", depth, "bad", goal)
        return
    on_the_way = (*seen, goal)
    if goal.kind == TargetType.RING_GROUP and goal.id in plan.groups:
        yield from _group(plan, plan.groups[goal.id], goal, depth, on_the_way)
    elif goal.kind == TargetType.IVR and goal.id in plan.menus:
        yield from _menu(plan, plan.menus[goal.id], goal, depth, on_the_way)
    else:
        yield _end(plan, goal, depth)


def _end(plan: Plan, goal: Goal, depth: int) -> Step:
    match goal.kind:
        case TargetType.USER if goal.id in plan.people and not plan.people[goal.id].active:
            return Step(f"{plan.name(goal)} isn't active: nothing rings", depth, "bad", goal)
        case TargetType.USER:
            return Step(f"{plan.name(goal)} rings", depth, "good", goal)
        case TargetType.VOICEMAIL:
            return Step(f"{plan.name(goal)} takes a message", depth, "good", goal)
        case TargetType.NONE:
            return Step("nowhere: the caller hears that the number can't be reached", depth, "bad", goal)
        case TargetType.HANG_UP:
            return Step("the switch hangs up", depth, "warn", goal)
    return Step(f"to {plan.name(goal)}", depth, "good", goal)


def _group(plan: Plan, group: Group, goal: Goal, depth: int, seen: tuple[Goal, ...]) -> Iterator[Step]:
    if not group.enabled:
        yield Step(f"{plan.name(goal)} is disabled", depth, "bad", goal)
    elif not group.members:
        yield Step(f"{plan.name(goal)} has no members: nothing rings", depth, "bad", goal)
    else:
        yield Step(
            f"{plan.name(goal)} rings its members {ORDER[group.strategy]}, for {group.ring_time} s:", depth, "", goal
        )
        for place, person in enumerate(group.members, 1):
            state = "" if person.active else " (not active: doesn't ring)"
            number = "•" if group.strategy in (RingStrategy.RING_ALL, RingStrategy.RANDOM) else f"{place}."
            to = Goal(TargetType.USER, person.id, person.words)
            yield Step(f"{number} {person.words}{state}", depth + 1, "" if person.active else "warn", to)
    yield Step("when nobody answers:", depth)
    yield from _follow(plan, group.no_answer, depth + 1, seen)


def _menu(plan: Plan, menu: Menu, goal: Goal, depth: int, seen: tuple[Goal, ...]) -> Iterator[Step]:
    if not menu.enabled:
        yield Step(f"{plan.name(goal)} is disabled", depth, "bad", goal)
        return
    heard = f"waits for a digit: {menu.timeout} s, up to {plural(menu.retries, 'time')}"
    yield Step(f"{plan.name(goal)} answers and {heard}:", depth, "", goal)
    if not menu.entries:
        yield Step("no digit has a destination", depth + 1, "bad")
    for digit, to in menu.entries:
        label = {"t": "no digit in time", "i": "an invalid digit"}.get(digit, f"digit {digit}")
        yield Step(f"{label}:", depth + 1, "accent", to)
        yield from _follow(plan, to, depth + 2, seen)
