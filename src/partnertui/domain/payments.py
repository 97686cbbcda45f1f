"""Why a payment failed, in words: the decline codes that card gateways share."""

from __future__ import annotations

DECLINES = {
    "authentication_required": ("the bank wants the card holder to confirm", "Ask the customer to pay in the portal."),
    "card_not_supported": ("the card is not meant for this kind of purchase", "Ask for another card."),
    "card_velocity_exceeded": ("the card was used too often in a short time", "Try again tomorrow."),
    "currency_not_supported": ("the card does not pay in this currency", "Ask for another card."),
    "do_not_honor": ("the bank declines without a reason", "The customer has to ask the bank, or pay another way."),
    "duplicate_transaction": ("the same amount was taken a moment ago", "Look whether it is paid already."),
    "expired_card": ("the card has expired", "Ask for a new card."),
    "fraudulent": ("the gateway takes it for fraud", "Do not try again; tell a colleague who handles fraud."),
    "generic_decline": ("the bank declines without a reason", "The customer has to ask the bank, or pay another way."),
    "incorrect_cvc": ("the security code was wrong", "Ask the customer to enter the card again."),
    "incorrect_number": ("the card number was wrong", "Ask the customer to enter the card again."),
    "insufficient_funds": ("there is not enough money on the account", "Try again later, or ask for another card."),
    "invalid_expiry": ("the expiry date was wrong", "Ask the customer to enter the card again."),
    "issuer_not_available": ("the bank did not answer", "Try again in an hour."),
    "lost_card": ("the card is reported lost", "Do not try again; ask for another card."),
    "pickup_card": ("the bank wants the card back", "Do not try again; ask for another card."),
    "processing_error": ("the gateway made a mistake", "Try again in an hour."),
    "stolen_card": ("the card is reported stolen", "Do not try again; tell a colleague who handles fraud."),
    "try_again_later": ("the bank asks to try again later", "Try again in an hour."),
    "withdrawal_count_limit_exceeded": ("the card's limit is reached", "Try again tomorrow, or ask for another card."),
}


def decline_words(code: str | None) -> str:
    """What a decline code means; the code itself where it is not known, nothing where there is none."""
    if not code:
        return ""
    return DECLINES.get(code, (f"the gateway says “{code}”", ""))[0]


def decline_advice(code: str | None) -> str:
    """What to do about a decline code; nothing where that is not known."""
    return DECLINES.get(code or "", ("", ""))[1]
