"""The row source of the Customer phones screen: our table, with what Kamailio has registered."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from partnertui.kit.clock import utc_now
from partnertui.screens.shared.sip_test.registered_phones import registered

if TYPE_CHECKING:
    from partnertui.db.kamailio.customer_phone_source import PhoneSource
    from partnertui.db.kamailio.kamailio_database import KamailioDatabase
    from partnertui.kit.declare.actions import ActionContext


def source(context: ActionContext) -> PhoneSource:
    """The source by the settings; made once."""
    return _source(registered(context.services).kamailio)


@lru_cache(4)
def _source(kamailio: KamailioDatabase) -> PhoneSource:
    from partnertui.db.kamailio.customer_phone_source import PhoneSource  # SQLAlchemy, which start-up imports later

    return PhoneSource(kamailio, utc_now)
