"""The state of a drag-and-drop board: items in slots, the item being dragged, and why a slot refuses it.

Rules without a widget; `kit/widgets/drag_board.py` draws them and takes mouse and keys.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Item:
    """Something that can be dragged."""

    id: Hashable
    label: str
    detail: str = ""


def accepts_all(item: Item) -> str:
    """The refusal of a slot that accepts everything: none."""
    return ""


@dataclass(frozen=True)
class Slot:
    """Where items are dropped. `refuse` says in a sentence why an item does not belong there, or returns ""."""

    id: str
    title: str
    refuse: Callable[[Item], str] = accepts_all
    many: bool = False
    """True: holds several items; False: a drop replaces what is in it."""
    hint: str = "nothing"
    """Shown while it is empty."""


@dataclass(frozen=True)
class Board:
    """The items and the slots for them."""

    items: tuple[Item, ...]
    slots: tuple[Slot, ...]
    moves: bool = False
    """True: an item can be in one slot only, as a basket item on a payment."""
    items_title: str = "Available"
    slots_title: str = "Where used"
    none: str = "nothing available"


Placement = Mapping[str, tuple[Hashable, ...]]
"""IDs of items by ID of slot."""


@dataclass
class DragState:
    """The state of a board. Sides: 0 the items, 1 the slots. Nothing here raises."""

    board: Board
    placement: dict[str, tuple[Hashable, ...]] = field(default_factory=dict)
    side: int = 0
    at: list[int] = field(default_factory=lambda: [0, 0])
    """The cursor's line on each side."""
    dragged: Item | None = None
    source_slot: str = ""
    """The slot that the dragged item was taken out of."""

    def item(self, found: Hashable) -> Item | None:
        """The item of an ID."""
        return next((item for item in self.board.items if item.id == found), None)

    def free(self) -> list[Item]:
        """The items on the left: all, or if items move, those in no slot."""
        if not self.board.moves:
            return list(self.board.items)
        used = {found for ids in self.placement.values() for found in ids}
        return [item for item in self.board.items if item.id not in used]

    def lines(self) -> list[tuple[Slot, Item | None]]:
        """The lines on the right: every slot, and below it what is in it."""
        found: list[tuple[Slot, Item | None]] = []
        for slot in self.board.slots:
            found.append((slot, None))
            items = (self.item(entry) for entry in self.placement.get(slot.id, ()))
            found.extend((slot, item) for item in items if item is not None)
        return found

    def slot(self) -> Slot | None:
        """The slot under the cursor."""
        lines = self.lines()
        return lines[self.at[1]][0] if self.side == 1 and self.at[1] < len(lines) else None

    def under(self) -> Item | None:
        """The item under the cursor."""
        if self.side == 0:
            free = self.free()
            return free[self.at[0]] if self.at[0] < len(free) else None
        lines = self.lines()
        return lines[self.at[1]][1] if self.at[1] < len(lines) else None

    def move(self, by: int) -> None:
        """Moves the cursor; while dragging, from slot to slot."""
        if self.dragged is not None:
            slots = self.board.slots
            current = self.slot()
            place = slots.index(current) + by if current in slots else 0
            self.go_to(slots[max(0, min(len(slots) - 1, place))])
            return
        size = len(self.free()) if self.side == 0 else len(self.lines())
        self.at[self.side] = max(0, min(size - 1, self.at[self.side] + by))

    def go_to(self, slot: Slot) -> None:
        """Puts the cursor on a slot."""
        self.side = 1
        self.at[1] = next(place for place, line in enumerate(self.lines()) if line == (slot, None))

    def cross(self, side: int) -> None:
        """Goes to the items or to the slots."""
        if self.dragged is None and (side == 1 or self.free()):
            self.side = side
            self.move(0)

    def grab(self) -> str:
        """Starts dragging the item under the cursor; a sentence if there is none."""
        item = self.under()
        if item is None:
            return "Nothing to grab here: move to an item."
        slot = self.slot()
        self.source_slot = slot.id if slot is not None else ""
        self.dragged = item
        if slot is None:
            fits = [entry for entry in self.board.slots if not entry.refuse(item)]
            self.go_to((fits or list(self.board.slots))[0])
        return ""

    def refusal(self, slot: Slot | None) -> str:
        """Why the dragged item does not go into a slot; "" if it does."""
        if self.dragged is None:
            return "Nothing is being dragged."
        if slot is None:
            return "This line isn't a slot."
        if self.dragged.id in self.placement.get(slot.id, ()) and slot.id != self.source_slot:
            return f"{self.dragged.label} is already in {slot.title}."
        return slot.refuse(self.dragged)

    def drop(self, slot: Slot | None = None) -> str:
        """Drops it into a slot, the one under the cursor if none is given; a sentence if that is refused."""
        slot = slot or self.slot()
        why = self.refusal(slot)
        if why or slot is None or self.dragged is None:
            return why
        item, source = self.dragged, self.source_slot
        if source:
            self._out(source, item.id)
        if self.board.moves:
            for other in list(self.placement):
                self._out(other, item.id)
        kept = self.placement.get(slot.id, ()) if slot.many else ()
        self.placement[slot.id] = (*kept, item.id)
        self.dragged, self.source_slot = None, ""
        self.at[1] = next((place for place, line in enumerate(self.lines()) if line == (slot, item)), 0)
        self.side = 1
        return ""

    def cancel(self) -> bool:
        """Stops dragging; the item stays where it was. False if nothing was being dragged."""
        dragging = self.dragged is not None
        if dragging and not self.source_slot:
            self.side = 0
        self.dragged, self.source_slot = None, ""
        return dragging

    def take_back(self) -> None:
        """Takes the dragged item out of the slot that it came from."""
        if self.dragged is not None and self.source_slot:
            self._out(self.source_slot, self.dragged.id)
        self.dragged, self.source_slot = None, ""
        self.at[1] = max(0, min(self.at[1], len(self.lines()) - 1))

    def remove(self) -> bool:
        """Takes the item under the cursor out of its slot; False if there is none."""
        slot, item = self.slot(), self.under()
        if slot is None or item is None or self.dragged is not None:
            return False
        self._out(slot.id, item.id)
        self.at[1] = max(0, min(self.at[1], len(self.lines()) - 1))
        return True

    def _out(self, slot: str, found: Hashable) -> None:
        self.placement[slot] = tuple(entry for entry in self.placement.get(slot, ()) if entry != found)
