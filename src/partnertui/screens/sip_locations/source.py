"""Where registrations come from: Kamailio's table, in our database or in another one."""

from __future__ import annotations

from functools import lru_cache

from partnertui.config import Kamailio
from partnertui.db.kamailio.source import RegistrationSource
from partnertui.kit.context import Here


def source(here: Here) -> RegistrationSource:
    """The source by the settings; made once."""
    settings = here.desk.settings
    return _source(settings.database_url, settings.kamailio)


@lru_cache(4)
def _source(database_url: str, kamailio: Kamailio) -> RegistrationSource:
    return RegistrationSource(database_url, kamailio.url, kamailio.schema, kamailio.timezone)
