"""The field tree of a message as lines: SIP first, then the lower layers, with byte offsets."""

from __future__ import annotations

from collections.abc import Iterator

from partnertui.captures.field_tree import Field, Layer, Tree
from partnertui.kit.declare.styled_line import Piece
from partnertui.kit.terminal.safe_text import one_line
from partnertui.screens.shared.trace.message_lines import mark_found, wrap_pieces

OFFSETS = 44
"""Cells from which there's room for offsets."""
MADE = "The message wasn't captured in a single packet, so only its own fields are shown."


def tree_lines(tree: Tree, width: int, find: str = "") -> list[list[Piece]]:
    """The lines for a width in cells, with matches highlighted."""
    lines: list[list[Piece]] = []
    for number, layer in enumerate(reversed(tree.layers)):
        lines += [[]] if number else []
        lines += [line for piece in _layer(layer, offsets=width >= OFFSETS) for line in _wrapped(*piece, width)]
    if tree.made:
        lines += [[], *wrap_pieces([(MADE, "muted")], width, 0)]
    return [mark_found(line, find) for line in lines] if find else lines


def tree_text(tree: Tree) -> str:
    """The tree as plain text, for copying."""
    return "\n".join(
        "\n".join(
            [one_line(layer.text, 1_000), *(f"{'  ' * (f.depth + 1)}{one_line(f.text, 1_000)}" for f in layer.fields)]
        )
        for layer in reversed(tree.layers)
    )


def _layer(layer: Layer, *, offsets: bool) -> Iterator[tuple[Piece, int, list[Piece]]]:
    """For each line: prefix, indentation and text."""
    yield (_where(layer, offsets), "muted"), 0, [(one_line(layer.text, 300), "title")]
    for field in layer.fields:
        name, colon, value = one_line(field.text, 1_000).partition(": ")
        pieces = (
            [(name + colon, "accent"), (value, "value")] if colon else [(name, "value" if field.depth else "accent")]
        )
        yield (_where(field, offsets), "muted"), 2 * field.depth + 2, pieces


def _where(part: Layer | Field, offsets: bool) -> str:
    if not offsets:
        return ""
    return f"{part.offset:04x}  " if part.size else " " * 6


def _wrapped(before: Piece, indent: int, pieces: list[Piece], width: int) -> Iterator[list[Piece]]:
    deep = min(indent, width // 3)
    yield from wrap_pieces([before, (" " * deep, ""), *pieces], width, len(before[0]) + deep + 2)
