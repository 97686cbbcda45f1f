"""All tables as SQLAlchemy models, one module per area, each imported on first use.

To add a table: write its class in the module of its area, and add its name to TABLES. A module is imported when one of
its classes is first used, so that a list screen doesn't pay for tables that it doesn't show. Importing `Base` from here
imports all of them, as migrations and units of work need.
"""

# ruff: noqa: F403 - the star imports only tell type checkers which models there are

from __future__ import annotations

import importlib
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # for type checkers; at run time see __getattr__
    from partnertui.db.models.base import Base as Base
    from partnertui.db.models.billing import *
    from partnertui.db.models.call_routing import *
    from partnertui.db.models.calls import *
    from partnertui.db.models.customer_phones import *
    from partnertui.db.models.customer_sounds import *
    from partnertui.db.models.ddis import *
    from partnertui.db.models.hep_messages import *
    from partnertui.db.models.incidents import *
    from partnertui.db.models.invoices import *
    from partnertui.db.models.ip_blocks_and_whois import *
    from partnertui.db.models.mail import *
    from partnertui.db.models.operator_access import *
    from partnertui.db.models.people import *
    from partnertui.db.models.pricing import *
    from partnertui.db.models.program_tables import *
    from partnertui.db.models.retention import *
    from partnertui.db.models.service_levels import *
    from partnertui.db.models.sign_ups_and_newsletter import *
    from partnertui.db.models.switch_outbox import *
    from partnertui.db.models.tickets import *
    from partnertui.db.models.web_chats import *
    from partnertui.db.models.web_portal import *

TABLES = {
    "billing": (
        "AnswerReading",
        "BasketItem",
        "CreditCard",
        "Payment",
        "PaymentCorrection",
        "Refund",
        "StatementEntry",
        "Transaction",
        "TransactionItem",
    ),
    "calls": ("Cdr", "Recording", "RejectedRow", "SyncState", "Voicemail"),
    "customer_phones": ("CustomerPhone", "PhoneModel"),
    "incidents": ("IncidentFailure", "IncidentRecord", "SeenRegistration"),
    "invoices": ("Invoice", "InvoiceCounter", "InvoiceLogo"),
    "mail": ("Mail", "MailReference", "Mailbox", "MailboxState", "OutboxMail"),
    "ddis": ("Ddi", "PendingDdi", "PendingDdiNumber"),
    "operator_access": ("FailedLogIn", "OperatorSession"),
    "people": ("Customer", "CustomerPriceList", "OperatorAccount", "Partner", "User", "UserStatus"),
    "pricing": ("PriceList", "PriceListEntry", "PricePlan", "Product", "RatedTerms"),
    "switch_outbox": ("SwitchUser",),
    "retention": ("RetentionRule",),
    "call_routing": (
        "Conference",
        "DialLocation",
        "Ivr",
        "IvrEntry",
        "PickupGroup",
        "PickupGroupMember",
        "RingGroup",
        "RingGroupMember",
        "RoutingRule",
    ),
    "customer_sounds": ("Sound", "SoundCopy"),
    "service_levels": ("BusinessCalendar", "CalendarDay", "SlaTarget"),
    "tickets": (
        "CannedResponse",
        "Ticket",
        "TicketAttachment",
        "TicketLink",
        "TicketMessage",
        "TicketParticipant",
        "TicketTag",
        "TicketViewer",
        "TicketWatch",
    ),
    "hep_messages": ("HepMessage",),
    "ip_blocks_and_whois": ("BlockedIp", "WhoisRecord"),
    "sign_ups_and_newsletter": ("Subscriber", "TrialRegistration"),
    "web_chats": ("Chat", "ChatReading"),
    "web_portal": ("LoginLink", "WebSession"),
    "program_tables": (
        "AuditHead",
        "AuditLink",
        "CaptureFolder",
        "CommittedWrite",
        "Draft",
        "History",
        "Note",
        "ProbeRun",
        "SavedView",
        "SentView",
        "VaultKey",
    ),
}
"""The classes of each module of this package."""
_MODULES = {name: area for area, names in TABLES.items() for name in names}
_lock = threading.RLock()
_is_complete = False


def load_all() -> None:
    """Imports every model and completes the tables; no-op after the first call.

    Raises LookupError if a model is not in TABLES.
    """
    global _is_complete
    with _lock:
        if _is_complete:
            return
        for area in TABLES:
            importlib.import_module(f"{__name__}.{area}")
        from partnertui.db.models import base, table_constraints

        for mapper in base.Base.registry.mappers:
            area = mapper.class_.__module__.removeprefix(f"{__name__}.")
            if area in TABLES and mapper.class_.__name__ not in TABLES[area]:
                raise LookupError(_missing(mapper.class_.__name__, area))
        table_constraints.complete(base.Base.metadata)
        _is_complete = True


def _missing(name: str, area: str) -> str:
    return f'Add "{name}" to TABLES["{area}"] in partnertui/db/models/__init__.py.'


if not TYPE_CHECKING:  # otherwise type checkers would accept any name

    def __getattr__(name: str) -> object:
        """Imports the module of a model (PEP 562)."""
        if name == "Base":
            load_all()
            from partnertui.db.models import base

            return base.Base
        if name not in _MODULES:
            raise AttributeError(f'There is no model "{name}": a new one needs an entry in TABLES in {__file__}.')
        return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
