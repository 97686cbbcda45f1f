"""Credit cards: stored cards, never more than their last four digits."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Credit cards", "Billing", "C", "Stored cards and when they expire.", order=6)
