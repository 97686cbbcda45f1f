"""Prices calls and books them: the price of the day, the ledger line, the customer's credit and minutes together."""
