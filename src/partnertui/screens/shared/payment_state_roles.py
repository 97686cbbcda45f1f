"""The colours of payment states, wherever payments or transactions are listed."""

from __future__ import annotations

PAYMENT_STATE_ROLES = (
    ("completed", "good"),
    ("pending", "info"),
    ("failed", "bad"),
    ("part refunded", "warn"),
    ("refunded", "muted"),
)
