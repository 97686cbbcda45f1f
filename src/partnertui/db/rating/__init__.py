"""Rates calls: price of the day, ledger line, credit and minutes, all in one transaction."""
