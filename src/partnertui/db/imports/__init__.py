"""Imports of CSV files: every line is checked first, then all are stored in one transaction, or none."""
