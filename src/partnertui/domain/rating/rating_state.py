"""RatingState: whether a call has been charged, or lacks a price."""

from __future__ import annotations

from enum import StrEnum


class RatingState(StrEnum):
    """Whether a call has its price. A call without a state was taken before calls were priced."""

    RATED = "rated"
    """Charged by a price; an unanswered call is rated, too, and costs 0."""
    FREE = "free"
    """Its price is 0."""
    INCLUDED = "included"
    """Covered by the customer's minutes as a whole."""
    NO_PRICE = "no price"
    OTHER_CURRENCY = "other currency"
    """The price list isn't in the currency of the customer."""
    NOT_BILLABLE = "not billable"
    """Received, internal, or of nobody."""


TO_MEND = (RatingState.NO_PRICE, RatingState.OTHER_CURRENCY)
"""States of a call that isn't charged because something is missing."""
