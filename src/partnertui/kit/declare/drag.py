"""Carrying things onto boxes: what is where, what is in the hand, what a box refuses and why.

Plain rules without a widget; `kit/carry_board.py` draws them and takes mouse and keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Thing:
    """Something that can be carried."""

    id: Any
    label: str
    detail: str = ""


def takes_all(thing: Thing) -> str:
    """The refusal of a box that takes everything: none."""
    return ""


@dataclass(frozen=True)
class Box:
    """Something to drop things into. `refuse` says in a sentence why a thing does not belong there."""

    id: str
    title: str
    refuse: Callable[[Thing], str] = takes_all
    many: bool = False
    """True holds several things; else a drop replaces what is in it."""
    hint: str = "nothing"
    """Shown while it is empty."""


@dataclass(frozen=True)
class Board:
    """The things there are and the boxes for them."""

    things: tuple[Thing, ...]
    boxes: tuple[Box, ...]
    moves: bool = False
    """True: a thing can be in one box only, as a basket item on a payment."""
    things_title: str = "To carry"
    boxes_title: str = "Where used"
    none: str = "there is nothing to carry"


Held = Mapping[str, tuple[Any, ...]]
"""IDs of things by ID of box."""


@dataclass
class Carrying:
    """The state of a board. Sides: 0 the things, 1 the boxes. Nothing here raises."""

    board: Board
    held: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    side: int = 0
    at: list[int] = field(default_factory=lambda: [0, 0])
    """The cursor's line on either side."""
    hand: Thing | None = None
    taken_from: str = ""
    """The box that the thing in the hand was taken out of."""

    def thing(self, found: Any) -> Thing | None:
        """The thing of an ID."""
        return next((thing for thing in self.board.things if thing.id == found), None)

    def free(self) -> list[Thing]:
        """The things on the left: all, or where they move, those in no box."""
        if not self.board.moves:
            return list(self.board.things)
        used = {found for ids in self.held.values() for found in ids}
        return [thing for thing in self.board.things if thing.id not in used]

    def lines(self) -> list[tuple[Box, Thing | None]]:
        """The lines on the right: every box, and below it what is in it."""
        found: list[tuple[Box, Thing | None]] = []
        for box in self.board.boxes:
            found.append((box, None))
            things = (self.thing(entry) for entry in self.held.get(box.id, ()))
            found.extend((box, thing) for thing in things if thing is not None)
        return found

    def box(self) -> Box | None:
        """The box under the cursor."""
        lines = self.lines()
        return lines[self.at[1]][0] if self.side == 1 and self.at[1] < len(lines) else None

    def under(self) -> Thing | None:
        """The thing under the cursor."""
        if self.side == 0:
            free = self.free()
            return free[self.at[0]] if self.at[0] < len(free) else None
        lines = self.lines()
        return lines[self.at[1]][1] if self.at[1] < len(lines) else None

    def move(self, by: int) -> None:
        """Moves the cursor; with something in the hand from box to box."""
        if self.hand is not None:
            boxes = self.board.boxes
            current = self.box()
            place = boxes.index(current) + by if current in boxes else 0
            self.go_to(boxes[max(0, min(len(boxes) - 1, place))])
            return
        size = len(self.free()) if self.side == 0 else len(self.lines())
        self.at[self.side] = max(0, min(size - 1, self.at[self.side] + by))

    def go_to(self, box: Box) -> None:
        """Puts the cursor on a box."""
        self.side = 1
        self.at[1] = next(place for place, line in enumerate(self.lines()) if line == (box, None))

    def cross(self, side: int) -> None:
        """Goes to the things or to the boxes."""
        if self.hand is None and (side == 1 or self.free()):
            self.side = side
            self.move(0)

    def grab(self) -> str:
        """Takes the thing under the cursor into the hand; a sentence where there is none."""
        thing = self.under()
        if thing is None:
            return "There is nothing here to take: go to a line with a name."
        box = self.box()
        self.taken_from = box.id if box is not None else ""
        self.hand = thing
        if box is None:
            fits = [entry for entry in self.board.boxes if not entry.refuse(thing)]
            self.go_to((fits or list(self.board.boxes))[0])
        return ""

    def refusal(self, box: Box | None) -> str:
        """Why what is in the hand does not go into a box; nothing where it does."""
        if self.hand is None:
            return "Nothing is carried: space takes what is under the cursor."
        if box is None:
            return "That is not a box."
        if self.hand.id in self.held.get(box.id, ()) and box.id != self.taken_from:
            return f"{self.hand.label} is in {box.title} already."
        return box.refuse(self.hand)

    def drop(self, box: Box | None = None) -> str:
        """Drops it into a box, the one under the cursor if none is named; a sentence where that cannot be."""
        box = box or self.box()
        why = self.refusal(box)
        if why or box is None or self.hand is None:
            return why
        thing, source = self.hand, self.taken_from
        if source:
            self._out(source, thing.id)
        if self.board.moves:
            for other in list(self.held):
                self._out(other, thing.id)
        kept = self.held.get(box.id, ()) if box.many else ()
        self.held[box.id] = (*kept, thing.id)
        self.hand, self.taken_from = None, ""
        self.at[1] = next((place for place, line in enumerate(self.lines()) if line == (box, thing)), 0)
        self.side = 1
        return ""

    def let_go(self) -> bool:
        """Lets go of what is in the hand, which stays where it was; False where there was nothing."""
        carried = self.hand is not None
        if carried and not self.taken_from:
            self.side = 0
        self.hand, self.taken_from = None, ""
        return carried

    def remove(self) -> bool:
        """Takes the thing under the cursor out of its box; False where there is none."""
        box, thing = self.box(), self.under()
        if box is None or thing is None or self.hand is not None:
            return False
        self._out(box.id, thing.id)
        self.at[1] = max(0, min(self.at[1], len(self.lines()) - 1))
        return True

    def _out(self, box: str, found: Any) -> None:
        self.held[box] = tuple(entry for entry in self.held.get(box, ()) if entry != found)
