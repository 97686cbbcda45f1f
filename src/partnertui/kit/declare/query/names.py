"""Names of columns as they are typed."""

from __future__ import annotations


def plain_name(name: str) -> str:
    """A column's name as declared: lower case, underscores."""
    return name.lower().replace("-", "_")
