"""Detects incidents in finished calls and registrations, stores them, and ends them on recovery."""
