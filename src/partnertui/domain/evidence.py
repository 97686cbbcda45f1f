"""Evidence: a snapshot of what an agent saw, attached to a ticket."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

PCAP = "application/vnd.tcpdump.pcap"
PDF = "application/pdf"
TEXT = "text/plain; charset=utf-8"
TEXT_WIDTH = 74
"""Characters in a line of an attached text: a ticket shows this many in an 80-column terminal and wraps longer ones."""
VERDICT, CODE, CONFIDENCE, CALL_ID = "Verdict", "Code", "Confidence", "Call-ID"
"""Facts of a trace; a masked one has no Call-ID."""
CDR_ID = "ID"
"""Fact of a call: its ID in the call list."""
REGISTERED, USER_AGENT = "Registered", "User agent"
"""Facts of a phone."""


TARGET, AOR, PROOF = "Target", "AOR", "Proof"
"""Facts of a test: what was tested, and whether it was made again when the ticket was solved."""
REPEAT = "repeat"
"""In the drawing of a masked test: TARGET and AOR as they are, to make it again; shown nowhere and never sent."""
AFTER = "after"
"""The value of PROOF."""


class EvidenceKind(StrEnum):
    """What the evidence shows."""

    TRACE = "trace"
    SIP_TEST = "SIP test"
    MTR = "MTR test"
    CALL = "call"
    PHONE = "phone"
    PAYMENT = "payment"
    TRANSACTION = "transaction"
    INVOICE = "invoice"
    COMPLAINT = "carrier complaint"


DRAWN = frozenset({EvidenceKind.TRACE})
"""Kinds that are drawn again from their file."""


ABBREVIATIONS = frozenset({"ack", "bye", "dtmf", "ice", "nat", "prack", "rtp", "srtp"})
VERDICT_WORDS = {
    "ok": "Nothing wrong",
    "one_way_audio": "One-way audio",
    "unknown": "Unknown reason",
    "incomplete": "Incomplete trace",
}
"""Verdicts whose code alone isn't what people say."""


@dataclass(frozen=True)
class Evidence:
    """A snapshot that doesn't change when what it shows does.

    `text` goes into the conversation as an internal note; `content` is the file with it: a capture for a trace, so that
    its ladder can be drawn again, else the text.
    """

    kind: EvidenceKind
    title: str
    text: str
    file_name: str
    content: bytes = b""
    media_type: str = TEXT
    facts: dict[str, str] = field(default_factory=dict)
    """Label and value of each fact, in order."""
    masked: bool = False
    drawing: Mapping[str, object] = field(default_factory=dict)
    """What the file doesn't hold and a drawing of it needs, as JSON."""

    @property
    def words(self) -> str:
        """What is attached, in words."""
        return f"the {kind_words(self.kind)}"


def kind_words(kind: str) -> str:
    """A stored kind, as it is called on screen."""
    return "carrier fault report" if kind == EvidenceKind.COMPLAINT else kind


def verdict_words(code: str) -> str:
    """The code of a trace's verdict in words: "One-way audio" for one_way_audio."""
    words = " ".join(word.upper() if word in ABBREVIATIONS else word for word in code.split("_"))
    return VERDICT_WORDS.get(code) or words[:1].upper() + words[1:]


def facts_of(stored: Mapping[str, object] | None) -> dict[str, str]:
    """Label and value of each fact of an attachment, as it is stored; none for what isn't evidence."""
    pairs = (stored or {}).get("facts")
    found: dict[str, str] = {}
    for pair in pairs if isinstance(pairs, list) else ():
        if isinstance(pair, list) and len(pair) == 2:
            found[str(pair[0])] = str(pair[1])
    return found


def probe_facts(target: str, aor: str, figures: Mapping[str, object]) -> dict[str, str]:
    """The facts of a test: what is needed to make it again, and what two of them are compared by."""
    found = {TARGET: target, AOR: aor}
    found |= {label: f"{value:g}" if isinstance(value, float) else str(value) for label, value in figures.items()}
    return {label: value for label, value in found.items() if value and value != "None"}


_ADDRESS = re.compile(r"(?<![\w.])(\d{1,3}\.\d{1,3})\.\d{1,3}\.\d{1,3}(?![\w.]*\d{1,3}\.)")
# Three colons or "::": a time such as 10:30:15 has two, each with digits behind it.
_ADDRESS_6 = re.compile(
    r"(?<![\w:])(?:([0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{1,4}):[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*|([0-9A-Fa-f]{1,4}):(?::[0-9A-Fa-f:.]*))"
)
_USER = re.compile(r"[\w.+\-]+@(?=[\w\[])")
# Dates, times, ports and addresses are digits, too: what follows their separators is no phone number.
_DIGITS = re.compile(r"(?<![\d.:-])(?!\d{4}-\d\d-\d\d)(\+?\d(?:[ ()/-]?\d){5,})(?![\d.])")


def masked_text(text: str) -> str:
    """Text with the users of SIP and mail addresses, the ends of numbers and the hosts of IP addresses as x.

    Country and area of a number stay readable, and so does the network of an address (16 or 32 bits).
    """
    text = _ADDRESS.sub(r"\1.x.x", text)
    text = _ADDRESS_6.sub(lambda found: f"{found[1] or found[2]}:x", text)
    text = _USER.sub("xxxx@", text)
    return _DIGITS.sub(_masked_number, text)


def masked_test(test: Evidence) -> Evidence:
    """A SIP or MTR test without users, numbers and hosts, which can be made again all the same."""
    facts = {label: masked_text(value) for label, value in test.facts.items()}
    kept = {label: test.facts[label] for label in (TARGET, AOR) if label in test.facts}
    title, text = masked_text(test.title), masked_text(test.text)
    return replace(test, title=title, text=text, facts=facts, masked=True, drawing={REPEAT: kept} if kept else {})


def test_facts_of(stored: Mapping[str, object] | None) -> dict[str, str]:
    """The facts of an attached test, with what it tested unmasked, to make it again."""
    drawing = (stored or {}).get("drawing")
    kept = drawing.get(REPEAT) if isinstance(drawing, dict) else None
    return facts_of(stored) | ({str(label): str(kept[label]) for label in kept} if isinstance(kept, dict) else {})


def _masked_number(found: re.Match[str]) -> str:
    shown, kept = 0, []
    for char in found[0]:
        shown += char.isdigit()
        kept.append("x" if char.isdigit() and shown > 4 else char)
    return "".join(kept)
