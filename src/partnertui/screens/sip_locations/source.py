"""The row source of registrations: Kamailio's `location`, in our database or in another one."""

from __future__ import annotations

from partnertui.db.kamailio.registration_source import RegistrationSource
from partnertui.kit.declare.actions import ActionContext
from partnertui.screens.shared.sip_test.registered_phones import registered


def source(context: ActionContext) -> RegistrationSource:
    """The source by the settings; made once."""
    return registered(context.services)
