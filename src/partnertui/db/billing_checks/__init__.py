"""Declared checks of a customer's billing."""

from partnertui.db.billing_checks.items import ITEM_CHECKS
from partnertui.db.billing_checks.ledger import LEDGER_CHECKS
from partnertui.db.billing_checks.terms import TERM_CHECKS

CHECKS = (*LEDGER_CHECKS, *ITEM_CHECKS, *TERM_CHECKS)
"""In the order in which they are shown and fixed: a ledger that adds up is what later fixes write to."""
