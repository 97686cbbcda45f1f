"""Settings: the lists that the other screens choose from, and how this program is set."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry(
    "Settings", "Settings", "comma", "Price lists, products, canned responses, operators, theme, keys …", order=1
)
