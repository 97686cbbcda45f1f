"""Kamailio's database as the settings name it."""

from __future__ import annotations

from contextlib import closing

from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.kit.declare.actions import Services


def kamailio_database(services: Services) -> closing[KamailioDatabase]:
    """Kamailio's tables for one look-up; closed at the end of the `with` block."""
    settings, switch = services.settings, services.settings.kamailio
    return closing(KamailioDatabase(settings.database_url, switch.url, switch.schema, switch.timezone))
