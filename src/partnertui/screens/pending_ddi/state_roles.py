"""The colour role of each state of a number order, for its list and its lines."""

from __future__ import annotations

STATES = (
    ("draft", "muted"),
    ("submitted", "info"),
    ("in process", "info"),
    ("exception", "bad"),
    ("date confirmed", "good"),
    ("activated", "muted"),
    ("cancelled", "muted"),
)
