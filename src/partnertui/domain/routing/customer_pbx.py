"""A customer's PBX as plain values: rules, ring groups, menus and users, for explaining a call's route."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from partnertui.domain.pbx_enums import RingStrategy, RuleDirection, TargetType
from partnertui.domain.phone_numbers import format_number


@dataclass(frozen=True)
class Goal:
    """Where a call goes: `id` is one of `kind`'s, `words` are what was typed or the name at that time."""

    kind: TargetType
    id: int | None = None
    words: str = ""


NOWHERE = Goal(TargetType.NONE)


@dataclass(frozen=True)
class Rule:
    """A routing rule; the lowest priority number is asked first."""

    id: int
    name: str
    direction: RuleDirection
    priority: int
    goal: Goal
    time_condition: str | None = None
    time_zone: str = "UTC"
    caller_pattern: str | None = None
    number_pattern: str | None = None
    enabled: bool = True


@dataclass(frozen=True)
class Person:
    """A user that calls ring at."""

    id: int
    name: str
    extension: str
    active: bool = True

    @property
    def words(self) -> str:
        """Extension and name."""
        return f"{self.extension} {self.name}".strip()


@dataclass(frozen=True)
class Group:
    """A ring group: members in ringing order, seconds, and where the call goes when nobody answers."""

    id: int
    name: str
    strategy: RingStrategy
    ring_time: int
    members: tuple[Person, ...]
    no_answer: Goal = NOWHERE
    enabled: bool = True


@dataclass(frozen=True)
class Menu:
    """A voice menu: what each digit leads to; `t` is time-out, `i` an invalid digit."""

    id: int
    name: str
    timeout: int
    retries: int
    entries: tuple[tuple[str, Goal], ...]
    enabled: bool = True


@dataclass(frozen=True)
class Plan:
    """All of one customer: `numbers` are its DDIs (digits) and their own routes, `resting` why some are not active."""

    rules: tuple[Rule, ...] = ()
    groups: dict[int, Group] = field(default_factory=dict)
    menus: dict[int, Menu] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    numbers: dict[str, Goal] = field(default_factory=dict)
    resting: dict[str, str] = field(default_factory=dict)
    rooms: dict[int, str] = field(default_factory=dict)
    sounds: dict[int, str] = field(default_factory=dict)

    def broken(self, goal: Goal) -> bool:
        """True where a goal is no longer there."""
        kinds: Mapping[TargetType, Mapping[int, object]] = {
            TargetType.USER: self.people,
            TargetType.VOICEMAIL: self.people,
            TargetType.RING_GROUP: self.groups,
            TargetType.IVR: self.menus,
            TargetType.CONFERENCE: self.rooms,
            TargetType.SOUND: self.sounds,
        }
        known = kinds.get(goal.kind)
        return known is not None and goal.id not in known and (goal.id is not None or not goal.words)

    def name(self, goal: Goal) -> str:
        """A goal in words, by its name of now."""
        if goal.kind == TargetType.RING_GROUP and goal.id in self.groups:
            return f"the ring group “{self.groups[goal.id].name}”"
        if goal.kind == TargetType.IVR and goal.id in self.menus:
            return f"the IVR “{self.menus[goal.id].name}”"
        if goal.kind in (TargetType.USER, TargetType.VOICEMAIL) and goal.id in self.people:
            who = self.people[goal.id].words
            return f"the user {who}" if goal.kind == TargetType.USER else f"the voicemail of {who}"
        if goal.kind == TargetType.CONFERENCE and goal.id in self.rooms:
            return f"the conference “{self.rooms[goal.id]}”"
        if goal.kind == TargetType.SOUND and goal.id in self.sounds:
            return f"the sound “{self.sounds[goal.id]}”"
        if goal.kind == TargetType.HANG_UP:
            return "hang up"
        if goal.kind == TargetType.EXTERNAL:
            return f"the external number {format_number(goal.words)}"
        if goal.kind == TargetType.NONE:
            return "nowhere"
        gone = ", which no longer exists" if self.broken(goal) else ""
        return f"{goal.kind.value} {goal.words}".strip() + gone
