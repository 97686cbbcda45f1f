"""partnertui: the terminal a VoIP provider's support agents live in."""

__version__ = "0.2.0"
"""The only place that says it: pyproject.toml reads it from here."""
