"""The country assumed for phone numbers that are typed without a country code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partnertui.kit.declare.actions import Services


def number_country(services: Services) -> str:
    """The scoped customer's country (ISO 3166), else the default of the settings."""
    return (services.scope.country if services.scope is not None else "") or services.settings.default_country
