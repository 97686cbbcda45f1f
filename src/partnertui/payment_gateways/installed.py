"""Finds a gateway by name: built in, or from another package's entry point.

A package offers one in the group `partnertui.gateways`; the entry point is called with the settings `[gateways]` and
returns a Gateway. Our own names can't be taken over.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from partnertui.payment_gateways.gateway import Gateway, GatewayError

if TYPE_CHECKING:
    from partnertui.config.settings import Gateways

GROUP = "partnertui.gateways"
MANUAL = "manual"
OWN = {
    MANUAL: "partnertui.payment_gateways.manual:ManualGateway",
    "stripe": "partnertui.payment_gateways.stripe:StripeGateway",
    "command": "partnertui.payment_gateways.external_command:CommandGateway",
}
"""Also declared in pyproject.toml; here, because a checkout has no entry points."""
Make = Callable[["Gateways"], Gateway]


def open_gateway(name: str, settings: Gateways) -> Gateway:
    """The gateway of a name; raises GatewayError if there is none, or it isn't set up."""
    if name in OWN:
        module, _, attribute = OWN[name].partition(":")
        make: Make = getattr(import_module(module), attribute)
        return make(settings)
    for entry in entry_points(group=GROUP):
        if entry.name == name:
            try:
                make = entry.load()
            except (ImportError, AttributeError) as error:
                raise GatewayError(f"The gateway {name} can't be loaded ({error}).", "Reinstall its package.") from None
            return make(settings)
    raise GatewayError(f"No gateway named “{name}” is installed here.", "Ask an admin to install it.")


def gateway_for(name: str | None, reference: str | None, settings: Gateways) -> tuple[str, str]:
    """The name of the gateway that refunds a payment, and why it is by hand where it is not the payment's own."""
    if not name or name == MANUAL:
        return MANUAL, ""
    if not reference:
        return MANUAL, f"{name} returned no reference for this payment"
    try:
        open_gateway(name, settings)
    except GatewayError as error:
        return MANUAL, str(error)
    return name, ""
