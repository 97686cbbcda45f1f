"""Languages of customers, tickets and replies, as codes such as en, de or pt-BR."""

from __future__ import annotations

DEFAULT_LANGUAGE = "en"
"""What is written where no language was chosen, and where a text doesn't exist in the one that was."""
