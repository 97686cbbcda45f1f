"""Reads and changes tickets; the caller's unit of work commits."""
