"""How a build of demo data reports its progress."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with what is being made, how many of it are done, and how many there will be."""
