"""All objects of the database; one module an area."""

from __future__ import annotations

from partnertui.db.models.base import Base
from partnertui.db.models.billing import BasketItem, CreditCard, Payment, StatementEntry, Transaction, TransactionItem
from partnertui.db.models.calls import Cdr, Recording, SyncState, Voicemail
from partnertui.db.models.desk import CaptureFolder, Draft, History, Note, ProbeRun, SavedView
from partnertui.db.models.devices import CustomerPhone, PhoneModel
from partnertui.db.models.finish import finish
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
from partnertui.db.models.web import BlockedIp, Chat, LoginLink, Subscriber, TrialRegistration, WebSession, WhoisRecord

finish(Base.metadata)

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
