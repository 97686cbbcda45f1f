"""Declared checks of a customer's billing."""

from partnertui.db.billing_checks.customer_terms import TERM_CHECKS
from partnertui.db.billing_checks.items_numbers_users import ITEM_CHECKS
from partnertui.db.billing_checks.ledger import LEDGER_CHECKS

CHECKS = (*LEDGER_CHECKS, *ITEM_CHECKS, *TERM_CHECKS)
"""In the order in which they are shown and fixed: a ledger that adds up is what later fixes write to."""
