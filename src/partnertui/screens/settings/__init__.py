"""Settings: lists that other screens choose from, and the settings of this run."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry(
    "Settings", "Settings", "comma", "Price lists, products, canned responses, operators, theme, keys …", order=1
)
