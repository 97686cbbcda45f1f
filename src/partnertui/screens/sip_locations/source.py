"""Where registrations come from: Kamailio's table, in our database or in another one."""

from __future__ import annotations

from partnertui.db.kamailio.source import RegistrationSource
from partnertui.flows.sip_test.registered import registered
from partnertui.kit.context import Here


def source(here: Here) -> RegistrationSource:
    """The source by the settings; made once."""
    return registered(here.desk)
