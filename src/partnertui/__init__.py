"""partnertui: a terminal program for the support agents of a VoIP provider."""

__version__ = "0.2.0"
"""The only place that says it: pyproject.toml reads it from here."""
