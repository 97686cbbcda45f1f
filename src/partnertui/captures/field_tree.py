"""A message as a tree of layers and fields, parsed from tshark's PDML (wireshark's doc/README.xml-output)."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, fromstring

LONGEST, DEEPEST, MOST_FIELDS = 1_000, 40, 5_000
"""Characters of a line that are kept; how deep it may lie; lines of a layer."""
FRAMES = frozenset({"frame.number", "sip.response-request", "sip.resend-original"})
"""Fields that are numbers of frames: of the extract, where they should be those of the capture."""
NO_LAYERS = (None, "geninfo", "fake-field-wrapper")
# XML 1.0 can't hold these, not even escaped (section 2.2), but tshark passes them on from packets.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Field:
    """A line: tshark's name of the field, what it says, its bare value, and how deep it lies, from 0.

    `offset` and `size`: its bytes in the frame; size 0 for what tshark worked out. Texts are not safe to be shown.
    """

    name: str
    text: str
    value: str
    depth: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Layer:
    """A protocol and all of its fields, in the order of the packet. SDP lies inside of SIP's body."""

    name: str
    text: str
    offset: int
    size: int
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Tree:
    """A message dissected. `made`: the packets that it came in were not kept, so there is nothing below SIP."""

    layers: tuple[Layer, ...]
    made: bool = False

    def value(self, name: str) -> str:
        """The value of the first field of a name; empty where there is none."""
        return next((field.value for layer in self.layers for field in layer.fields if field.name == name), "")


def tree_of(packet: bytes, numbers: Mapping[int, int], made: bool) -> Tree | None:
    """The tree of a packet in XML; `numbers`: frame of the extract -> frame of the capture. None for what is no XML."""
    try:
        root = fromstring(NOT_XML.sub("", packet.decode("utf-8", "replace")))
    except ParseError:
        return None
    found = [
        _layer(proto, numbers) for proto in root if proto.get("name") not in (None, "geninfo", "fake-field-wrapper")
    ]
    first = next((index for index, layer in enumerate(found) if layer.name == "sip"), 0) if made else 0
    return Tree(tuple(found[first:]), made)


def _layer(proto: Element, numbers: Mapping[int, int]) -> Layer:
    fields: list[Field] = []
    for field in _fields(proto, 0, numbers):
        fields.append(field)
        if len(fields) >= MOST_FIELDS:
            break
    name, text = proto.get("name", ""), _text(proto)
    if name == "frame":
        text = re.sub(r"^Frame (\d+)", lambda match: f"Frame {numbers.get(int(match[1]), match[1])}", text)
    return Layer(sys.intern(name), text, _number(proto, "pos"), _number(proto, "size"), tuple(fields))


def _fields(above: Element, depth: int, numbers: Mapping[int, int]) -> Iterator[Field]:
    """What is inside of an element, without what tshark hides."""
    for element in above if depth < DEEPEST else ():
        if element.get("hide") == "yes":
            continue
        name, text, value = element.get("name", ""), _text(element), element.get("show", "")[:LONGEST]
        if name in FRAMES and value.isdigit():
            number = str(numbers.get(int(value), value))
            text, value = text.replace(value, number), number
        yield Field(sys.intern(name), text, value, depth, _number(element, "pos"), _number(element, "size"))
        yield from _fields(element, depth + 1, numbers)


def _text(element: Element) -> str:
    return (element.get("showname") or element.get("show") or element.get("name") or "")[:LONGEST]


def _number(element: Element, name: str) -> int:
    text = element.get(name, "")
    return int(text) if text.isdecimal() else 0
