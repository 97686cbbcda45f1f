"""The Stripe gateway, by Stripe's library; our key is its idempotency key, and is stored in its metadata."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Literal, TypeVar

import httpx
import stripe

from partnertui.payment_gateways.gateway import (
    Answer,
    AnswerState,
    ChargeOrder,
    GatewayError,
    OutcomeUnclear,
    RefundOrder,
)

if TYPE_CHECKING:
    from stripe.params import ChargeCreateParams, ChargeListParams, RefundCreateParams, RefundListParams

    from partnertui.config.settings import Gateways

T = TypeVar("T")
KEY = "partnertui_key"
"""The metadata that holds an order's key: Stripe can't be asked by idempotency key."""
MOST_LISTED = 1_000
"""Refunds of one payment, or charges, that are looked through for a key."""
STATES = {
    "succeeded": AnswerState.COMPLETED,
    "failed": AnswerState.FAILED,
    "canceled": AnswerState.FAILED,
}
"""Stripe's states of charges and refunds; all others are pending."""


class StripeGateway:
    """See Gateway. A payment's reference is its charge (ch_…) or payment intent (pi_…)."""

    by_hand = False

    def __init__(self, settings: Gateways) -> None:
        if not settings.stripe_key:
            raise GatewayError("Stripe isn't configured.", "Set gateways.stripe_key.")
        self._settings = settings

    def charge(self, order: ChargeOrder) -> Answer:
        """See Gateway; the token is a customer (cus_…) or a payment method."""
        who: Literal["customer", "source"] = "customer" if order.token.startswith("cus_") else "source"
        params: ChargeCreateParams = {
            "amount": order.amount,
            "currency": order.currency.lower(),
            "description": order.description,
            "metadata": {KEY: order.key},
        }
        params[who] = order.token

        async def send(client: stripe.StripeClient) -> Answer:
            return _answer(await client.v1.charges.create_async(params, {"idempotency_key": order.key}))

        return self._order(send)

    def refund(self, order: RefundOrder) -> Answer:
        """See Gateway."""
        params: RefundCreateParams = {"amount": order.amount, "metadata": {KEY: order.key}}
        params[_reference(order)] = order.payment_reference

        async def send(client: stripe.StripeClient) -> Answer:
            return _answer(await client.v1.refunds.create_async(params, {"idempotency_key": order.key}))

        return self._order(send)

    def look_up(self, order: ChargeOrder | RefundOrder) -> Answer | None:
        """See Gateway."""

        async def ask(client: stripe.StripeClient) -> Answer | None:
            found: stripe.ListObject[stripe.Refund] | stripe.ListObject[stripe.Charge]
            if isinstance(order, RefundOrder):
                wanted: RefundListParams = {"limit": 100}
                wanted[_reference(order)] = order.payment_reference
                found = await client.v1.refunds.list_async(wanted)
            else:
                charges: ChargeListParams = {"limit": 100}
                if order.token.startswith("cus_"):
                    charges["customer"] = order.token
                found = await client.v1.charges.list_async(charges)
            count = 0
            async for one in found.auto_paging_iter():
                count += 1
                if one.metadata and KEY in one.metadata and one.metadata[KEY] == order.key:
                    return _answer(one)
                if count == MOST_LISTED:
                    raise OutcomeUnclear(
                        "Stripe returned too many results to find this one.", "Check the Stripe dashboard."
                    )
            return None

        try:
            return self._run(ask)
        except stripe.StripeError as error:
            raise _unclear_or_not_sent(error) from None
        except TimeoutError:
            seconds = f"{self._settings.timeout:g} seconds"
            raise GatewayError(f"Stripe didn't respond within {seconds}.", "Try again.") from None

    def _order(self, send: _Send[Answer]) -> Answer:
        try:
            return self._run(send)
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            # Of a bank's refusal, the code is always card_declined; the reason is the decline code beside it.
            declined = error.error.decline_code if error.error is not None else None
            code = declined or error.code or "invalid_request"
            return Answer(AnswerState.FAILED, "", code, str(error.json_body or error))
        except stripe.StripeError as error:
            raise _unclear_or_not_sent(error) from None
        except TimeoutError:
            raise OutcomeUnclear(f"Stripe didn't respond within {self._settings.timeout:g} seconds.") from None

    def _run(self, send: _Send[T]) -> T:
        """Runs it within the time limit, which is for all of it: a server that sends a byte a second doesn't pass."""
        settings = self._settings

        async def limited() -> T:
            http = stripe.HTTPXClient(timeout=settings.timeout, allow_sync_methods=False)
            client = stripe.StripeClient(
                settings.stripe_key,
                http_client=http,
                base_addresses={"api": settings.stripe_url} if settings.stripe_url else None,
                max_network_retries=0,
            )
            try:
                return await asyncio.wait_for(send(client), settings.timeout)
            finally:
                await http.close_async()

        return asyncio.run(limited())


def _reference(order: RefundOrder) -> Literal["charge", "payment_intent"]:
    return "payment_intent" if order.payment_reference.startswith("pi_") else "charge"


def _answer(found: stripe.Charge | stripe.Refund) -> Answer:
    facts = found.to_dict()  # what Stripe left out is no attribute
    state = STATES.get(str(facts.get("status")), AnswerState.PENDING)
    reason = facts.get("failure_reason") or facts.get("failure_code") or "declined"
    failure = str(reason) if state is AnswerState.FAILED else ""
    return Answer(state, str(facts["id"]), failure, json.dumps(facts, default=str, sort_keys=True))


def _unclear_or_not_sent(error: stripe.StripeError) -> GatewayError | OutcomeUnclear:
    """What an error leaves open: a connection that was never made, a wrong key or a full queue leave nothing open."""
    if isinstance(error, stripe.APIConnectionError) and isinstance(
        error.__cause__, httpx.ConnectError | httpx.ConnectTimeout
    ):
        return GatewayError("Stripe can't be reached.", "Nothing was sent; try again later.")
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return GatewayError("Stripe rejected our API key.", "Check gateways.stripe_key.")
    if isinstance(error, stripe.RateLimitError):
        return GatewayError("Stripe is rate-limiting our requests.", "Try again in a minute.")
    if isinstance(error, stripe.APIConnectionError):
        return OutcomeUnclear("The connection to Stripe was lost before it responded.")
    status = f" {error.http_status}" if error.http_status else ""
    return OutcomeUnclear(f"Stripe responded with an error{status} that leaves the outcome open.")


if TYPE_CHECKING:
    from collections.abc import Callable

    _Send = Callable[[stripe.StripeClient], Coroutine[object, object, T]]
