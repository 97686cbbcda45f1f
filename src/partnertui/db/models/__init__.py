"""All objects of the database; one module an area.

A module is imported when one of its classes is first asked for, so that a list screen pays for the tables it
shows and not for all of them. `Base`, asked for here, brings all of them: migrations and units of work need that.
"""

from __future__ import annotations

import importlib
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from partnertui.db.models.base import Base
    from partnertui.db.models.billing import (
        BasketItem,
        CreditCard,
        Payment,
        StatementEntry,
        Transaction,
        TransactionItem,
    )
    from partnertui.db.models.calls import Cdr, Recording, SyncState, Voicemail
    from partnertui.db.models.devices import CustomerPhone, PhoneModel
    from partnertui.db.models.numbers import Ddi, PendingDdi
    from partnertui.db.models.people import Customer, CustomerPriceList, OperatorAccount, Partner, User, UserStatus
    from partnertui.db.models.pricing import PriceList, PriceListEntry, PricePlan, Product
    from partnertui.db.models.routing import (
        Conference,
        DialLocation,
        Ivr,
        IvrEntry,
        PickupGroup,
        PickupGroupMember,
        RingGroup,
        RingGroupMember,
        RoutingRule,
        Sound,
    )
    from partnertui.db.models.support import (
        CannedResponse,
        SlaTarget,
        Ticket,
        TicketAttachment,
        TicketMessage,
        TicketTag,
        TicketViewer,
    )
    from partnertui.db.models.web import (
        BlockedIp,
        Chat,
        LoginLink,
        Subscriber,
        TrialRegistration,
        WebSession,
        WhoisRecord,
    )
    from partnertui.db.models.workspace import CaptureFolder, Draft, History, Note, ProbeRun, SavedView

AREAS = (
    "billing",
    "calls",
    "workspace",
    "devices",
    "numbers",
    "people",
    "pricing",
    "routing",
    "support",
    "web",
)
_HOMES = {
    "BasketItem": "billing",
    "CreditCard": "billing",
    "Payment": "billing",
    "StatementEntry": "billing",
    "Transaction": "billing",
    "TransactionItem": "billing",
    "Cdr": "calls",
    "Recording": "calls",
    "SyncState": "calls",
    "Voicemail": "calls",
    "CaptureFolder": "workspace",
    "Draft": "workspace",
    "History": "workspace",
    "Note": "workspace",
    "ProbeRun": "workspace",
    "SavedView": "workspace",
    "CustomerPhone": "devices",
    "PhoneModel": "devices",
    "Ddi": "numbers",
    "PendingDdi": "numbers",
    "Customer": "people",
    "CustomerPriceList": "people",
    "OperatorAccount": "people",
    "Partner": "people",
    "User": "people",
    "UserStatus": "people",
    "PriceList": "pricing",
    "PriceListEntry": "pricing",
    "PricePlan": "pricing",
    "Product": "pricing",
    "Conference": "routing",
    "DialLocation": "routing",
    "Ivr": "routing",
    "IvrEntry": "routing",
    "PickupGroup": "routing",
    "PickupGroupMember": "routing",
    "RingGroup": "routing",
    "RingGroupMember": "routing",
    "RoutingRule": "routing",
    "Sound": "routing",
    "CannedResponse": "support",
    "SlaTarget": "support",
    "Ticket": "support",
    "TicketAttachment": "support",
    "TicketMessage": "support",
    "TicketTag": "support",
    "TicketViewer": "support",
    "BlockedIp": "web",
    "Chat": "web",
    "LoginLink": "web",
    "Subscriber": "web",
    "TrialRegistration": "web",
    "WebSession": "web",
    "WhoisRecord": "web",
}
_lock = threading.RLock()
_complete = False


def load_all() -> None:
    """Imports every area and completes the tables, once."""
    global _complete
    with _lock:
        if not _complete:
            for area in AREAS:
                importlib.import_module(f"{__name__}.{area}")
            from partnertui.db.models.base import Base as base
            from partnertui.db.models.table_completion import finish

            finish(base.metadata)
            _complete = True


def __getattr__(name: str) -> Any:
    if name == "Base":
        load_all()
        from partnertui.db.models.base import Base as base

        return base
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


__all__ = [
    "Base",
    "BasketItem",
    "BlockedIp",
    "CannedResponse",
    "CaptureFolder",
    "Cdr",
    "Chat",
    "Conference",
    "CreditCard",
    "Customer",
    "CustomerPhone",
    "CustomerPriceList",
    "Ddi",
    "DialLocation",
    "Draft",
    "History",
    "Ivr",
    "IvrEntry",
    "LoginLink",
    "Note",
    "OperatorAccount",
    "Partner",
    "Payment",
    "PendingDdi",
    "PhoneModel",
    "PickupGroup",
    "PickupGroupMember",
    "PriceList",
    "PriceListEntry",
    "PricePlan",
    "ProbeRun",
    "Product",
    "Recording",
    "RingGroup",
    "RingGroupMember",
    "RoutingRule",
    "SavedView",
    "SlaTarget",
    "Sound",
    "StatementEntry",
    "Subscriber",
    "SyncState",
    "Ticket",
    "TicketAttachment",
    "TicketMessage",
    "TicketTag",
    "TicketViewer",
    "Transaction",
    "TransactionItem",
    "TrialRegistration",
    "User",
    "UserStatus",
    "Voicemail",
    "WebSession",
    "WhoisRecord",
]
