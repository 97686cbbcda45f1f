"""One meaning per key: every default key of the program, laid out in one table.

An action's verb is the last part of its ID (`call.trace` traces). A key may stand for the verbs listed with it and for
nothing else, in whatever view or dialog; `partnertui screens --check` refuses an action that breaks this. A text field
takes all printable keys, so nothing here applies while somebody types.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnertui.kit.declare.key_map import key_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from partnertui.kit.declare.actions import Action


@dataclass(frozen=True)
class KeyMeaning:
    """What keys stand for everywhere, and the verbs of the actions that may have them."""

    keys: tuple[str, ...]
    meaning: str
    verbs: frozenset[str]


def _means(keys: tuple[str, ...], meaning: str, *verbs: str) -> KeyMeaning:
    return KeyMeaning(keys, meaning, frozenset(verbs))


KEY_MEANINGS = (
    _means(
        ("enter",),
        "Open or choose what's under the cursor; save a one-line form",
        "open",
        "close",
        "toggle",
        "next",
        "trace",
        "save-line",
    ),
    _means(("escape",), "Close the dialog in front; in a question: keep editing", "close"),
    _means(("q", "left_square_bracket"), "Go back; on the first screen, ask whether to quit", "back", "close"),
    _means(("space",), "Mark, toggle, grab, pause", "toggle", "open", "pause"),
    _means(("up", "k"), "Up", "up", "previous"),
    _means(("down", "j"), "Down", "down", "next", "open"),
    _means(("left",), "Left, previous choice", "left", "toggle"),
    _means(("right",), "Right, next choice", "right", "toggle", "close"),
    _means(("shift+up",), "Move up in the order", "move-up"),
    _means(("shift+down",), "Move down in the order", "move-down"),
    _means(("shift+left",), "Move the column to the left", "move-left"),
    _means(("shift+right",), "Move the column to the right", "move-right"),
    _means(("pageup",), "Page up", "page-up"),
    _means(("pagedown",), "Page down", "page-down"),
    _means(("home",), "First", "first"),
    _means(("end", "upper_g", "G"), "Last", "last"),
    _means(("tab",), "Next tab, field or pane", "next", "next-tab", "next-pane", "close"),
    _means(("shift+tab",), "Previous tab, field or pane", "previous", "previous-tab", "next-pane"),
    _means(("f6", "ctrl+pagedown"), "Next tab of a form", "next-tab"),
    _means(("shift+f6", "ctrl+pageup"), "Previous tab of a form", "previous-tab"),
    _means(("backspace",), "Clear the field", "remove"),
    _means(("delete",), "Remove", "remove"),
    _means(("right_curly_bracket",), "Next of the same kind", "next"),
    _means(("left_curly_bracket",), "Previous of the same kind", "previous"),
    _means(("right_square_bracket",), "Go forward again", "forward"),
    _means(("colon",), "Go to a screen by name", "goto"),
    _means(("g",), "Go to a screen by its key", "go-key"),
    _means(("full_stop",), "Actions for this row", "actions"),
    _means(("slash",), "Search: filter a list, find in a text", "search"),
    _means(("f3",), "Next match", "next-match"),
    _means(("shift+f3",), "Previous match", "previous-match"),
    _means(("f4",), "Clear the filter; in a form or text: start without the draft", "clear"),
    _means(("ctrl+z",), "Undo your last change", "undo"),
    _means(("f5", "r"), "Refresh: read, query or measure again", "refresh"),
    _means(("f1",), "Explain the field under the cursor; in a dialog: its keys", "explain", "help"),
    _means(("question_mark",), "Help: what you can do here", "help"),
    _means(("f8",), "Calendar: choose a date", "calendar"),
    _means(("f9",), "Theme", "theme"),
    _means(("grave_accent", "f11"), "Mask names, numbers and addresses on screen", "mask"),
    _means(("f10", "m"), "Menu", "menu"),
    _means(("ctrl+b",), "Lock and blank the screen", "lock"),
    _means(("ctrl+f",), "Find anything", "find"),
    _means(("ctrl+k",), "Choose the customer to show", "choose"),
    _means(("ctrl+p",), "Command palette", "palette", "help"),
    _means(("ctrl+q",), "Quit", "quit"),
    _means(("ctrl+s",), "Save, send", "save", "save-line"),
    _means(("ctrl+t",), "Test all; on a ticket: repeat its test", "test-all", "prove"),
    _means(("ctrl+r",), "Canned response", "canned"),
    _means(("ctrl+n",), "Send, solve, next ticket", "send-solve-next"),
    _means(("ctrl+g",), "Attach a file", "attach-file"),
    _means(("ctrl+o",), "Write in your editor", "editor"),
    _means(("ctrl+a",), "Assign", "assign"),
    _means(("ctrl+l",), "Link to another record; in a reply: its language", "link", "language"),
    _means(("ctrl+y",), "Tags", "tags"),
    _means(("ctrl+d",), "Snooze (defer)", "snooze"),
    _means(("ctrl+w",), "What changed before it broke", "what-changed"),
    _means(("ctrl+e",), "Similar tickets: what helped", "similar"),
    _means(("vertical_line",), "Merge into another ticket", "merge"),
    _means(("backslash",), "Split off", "split"),
    _means(("a",), "Add; on a sign-up: convert to a customer", "add", "convert"),
    _means(("b",), "The customer's DDIs", "ddis"),
    _means(("c",), "Only this customer", "narrow"),
    _means(("d",), "The customer's calls", "calls"),
    _means(("e",), "Edit", "edit"),
    _means(("f",), "Filter by this column", "filter-column"),
    _means(("h",), "History", "history"),
    _means(("i",), "Internal note", "internal-note"),
    _means(("l",), "The customer's SIP locations", "phones"),
    _means(("n",), "Note", "note"),
    _means(("o",), "Columns", "columns"),
    _means(("p",), "Play, pause", "play", "pause"),
    _means(("s",), "Sort", "sort"),
    _means(("t",), "Troubleshoot: trace a call, test a phone, check an order", "trace", "test"),
    _means(("u",), "The customer's users", "users"),
    _means(("v",), "Saved views", "views"),
    _means(("w",), "Whois", "who-is"),
    _means(("x",), "Export", "export"),
    _means(("y",), "Copy; in a question: yes", "copy", "yes"),
    _means(("upper_a", "A"), "Attach to a ticket", "attach"),
    _means(("upper_b", "B"), "Block the address", "block"),
    _means(("upper_c", "C"), "All customers", "clear-scope"),
    _means(("upper_d", "D"), "Dissect: all fields of the message", "dissect"),
    _means(("upper_e", "E"), "Explain what happens, or why", "explain"),
    _means(("upper_f", "F"), "Only rows with this value", "filter-value"),
    _means(("upper_i", "I"), "Statistics", "statistics"),
    _means(("upper_j", "J"), "Jobs", "jobs"),
    _means(("upper_k", "K"), "Take: assign to me", "take"),
    _means(("upper_l", "L"), "Registration timeline", "timeline"),
    _means(("upper_m", "M"), "MTR test", "mtr"),
    _means(("upper_n", "N"), "Edit your note", "edit-note"),
    _means(("upper_o", "O"), "Open a capture", "open-capture"),
    _means(("upper_p", "P"), "Priority", "priority"),
    _means(
        ("upper_q", "Q"), "Check the customer's billing; on statements: all ledgers", "check-billing", "check-ledgers"
    ),
    _means(("upper_r", "R"), "Reply", "reply"),
    _means(("semicolon",), "Exception: sent back with a query", "exception"),
    _means(("upper_s", "S"), "State", "state", "advance"),
    _means(("upper_t", "T"), "Registration trace", "registration-trace"),
    _means(("upper_u", "U"), "Update the capture index", "index"),
    _means(("upper_v", "V"), "Verdict", "verdict"),
    _means(("quotation_mark",), "Read encrypted text (recorded)", "reveal"),
    _means(("tilde",), "Swap with another, replace", "swap", "replace"),
    _means(("comma",), "Stop", "stop"),
    _means(("underscore",), "Activate, approve: put it into effect", "activate", "approve"),
    _means(("minus",), "Reject", "reject"),
    _means(("upper_w", "W"), "Adjust credit", "adjust-credit"),
    _means(("f2",), "Log in as the user", "log-in"),
    _means(("f7",), "Import a CSV file", "import"),
    _means(("f12",), "Rate calls without a price; re-rate calls after a price change", "rate", "rate-again"),
    _means(("left_parenthesis",), "Refund, or look up a refund's outcome", "refund", "look-up"),
    _means(("right_parenthesis",), "Add a payment for items", "pay"),
    _means(("apostrophe",), "Save the invoice or credit note", "document"),
    _means(("upper_z", "Z"), "Status log", "status-log"),
    _means(("upper_y", "Y"), "Copy everything", "copy-all"),
    _means(("number_sign",), "The customer's tickets", "tickets"),
    _means(("dollar_sign",), "The customer's payments", "payments"),
    _means(("percent_sign",), "The customer's statements", "statements"),
    _means(("ampersand",), "The customer's transactions", "transactions"),
    _means(("plus",), "The customer's basket", "basket"),
    _means(("asterisk",), "The customer's live calls", "live"),
    _means(("upper_h", "H"), "Hardware: the customer's phones", "devices"),
    _means(("upper_x", "X"), "The customer's failed calls", "failed-calls"),
    _means(("z",), "All the customer's lists, by key", "lists"),
    _means(("at",), "Copy the Call-ID", "call-id"),
    _means(("equals_sign",), "Compare", "compare"),
    _means(("exclamation_mark",), "Next piece of evidence", "evidence"),
    _means(("less_than_sign",), "Narrower; to the left", "narrower"),
    _means(("greater_than_sign",), "Wider; to the right", "wider"),
    _means(
        ("1", "2", "3", "4", "5", "6"),
        "Options of a trace or test, by number",
        "interval",
        "size",
        "method",
        "names",
        "series",
        "route",
        "transport",
        "legs",
        "retransmissions",
        "keep-alives",
        "sdp",
        "clock",
    ),
    _means(("0",), "Reset all options", "show-all"),
)


def conflicts(actions: Iterable[Action]) -> Iterator[str]:
    """A sentence for every default key that is given to a verb it doesn't stand for."""
    known = {key: entry for entry in KEY_MEANINGS for key in entry.keys}
    here = "kit/declare/key_conventions.py"
    for action in actions:
        for key in action.keys:
            entry, label = known.get(key), key_label(key)
            if entry is None:
                yield f"{action.id} has the key {label}, which has no meaning yet: add it to {here}"
            elif action.verb not in entry.verbs:
                meaning = f"{action.id} has the key {label}, which stands for “{entry.meaning}” everywhere"
                yield f"{meaning}: choose another key, or add “{action.verb}” to it in {here} if it means the same"


def meanings_markdown() -> str:
    """The table for docs/keys.md."""
    lines = ["| keys | meaning |", "| --- | --- |"]
    for entry in KEY_MEANINGS:
        labels = dict.fromkeys(key_label(key) for key in entry.keys)
        lines.append(f"| {' '.join(f'`{label}`' for label in labels)} | {entry.meaning} |")
    return "\n".join(lines) + "\n"
