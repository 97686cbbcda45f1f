"""Decline codes of card payments, shared by the gateways, with reason and advice."""

from __future__ import annotations

DECLINES = {
    "authentication_required": ("the cardholder has to confirm the payment", "Ask the customer to pay in the portal."),
    "card_not_supported": ("the card doesn't support this kind of purchase", "Ask for another card."),
    "card_velocity_exceeded": ("the card's spending or usage limit was exceeded", "Try again tomorrow."),
    "currency_not_supported": ("the card doesn't support this currency", "Ask for another card."),
    "do_not_honor": ("declined, no reason given", "Ask the customer to contact their bank or pay another way."),
    "duplicate_transaction": ("duplicate of a recent payment", "Check whether it has already been paid."),
    "expired_card": ("the card has expired", "Ask for a new card."),
    "fraudulent": ("flagged as fraud", "Don't retry; escalate to a colleague who handles fraud."),
    "generic_decline": ("declined, no reason given", "Ask the customer to contact their bank or pay another way."),
    "incorrect_cvc": ("the security code was wrong", "Ask the customer to re-enter the card details."),
    "incorrect_number": ("the card number was wrong", "Ask the customer to re-enter the card details."),
    "insufficient_funds": ("insufficient funds", "Try again later, or ask for another card."),
    "invalid_expiry": ("the expiry date was wrong", "Ask the customer to re-enter the card details."),
    "issuer_not_available": ("the bank didn't respond", "Try again in an hour."),
    "lost_card": ("the card was reported lost", "Don't retry; ask for another card."),
    "not_received": ("the money didn't arrive", "Ask the customer to pay again, or by another method."),
    "pickup_card": ("the bank has withdrawn the card", "Don't retry; ask for another card."),
    "processing_error": ("the gateway had an internal error", "Try again in an hour."),
    "stolen_card": ("the card was reported stolen", "Don't retry; escalate to a colleague who handles fraud."),
    "try_again_later": ("the bank said to try again later", "Try again in an hour."),
    "withdrawal_count_limit_exceeded": (
        "the card's limit has been reached",
        "Try again tomorrow, or ask for another card.",
    ),
}


def decline_words(code: str | None) -> str:
    """The reason of a decline code: the code itself if it is unknown, empty for none."""
    if not code:
        return ""
    return DECLINES.get(code, (f"error code “{code}”", ""))[0]


def decline_advice(code: str | None) -> str:
    """What to do about a decline code; empty if that isn't known."""
    return DECLINES.get(code or "", ("", ""))[1]
