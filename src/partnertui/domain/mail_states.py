"""Mails: what kinds come in, and the states of those that go out."""

from __future__ import annotations

import re
from enum import StrEnum

from partnertui.domain.email_addresses import read_email
from partnertui.domain.errors import DomainError
from partnertui.domain.value_types import StoredValues, Values

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}")


class MailKind(StrEnum):
    """What a mail that came in is."""

    MESSAGE = "message"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    """Out of office and other automatic answers (RFC 3834)."""
    COPY = "copy"
    """A second copy, or our own mail coming back."""
    UNREADABLE = "unreadable"


class OutboxState(StrEnum):
    """State of a mail that goes out."""

    WAITING = "waiting"
    SENDING = "sending"
    UNKNOWN = "unknown"
    """The service ended or the connection broke after the text was handed over: it may have arrived."""
    SENT = "sent"
    FAILED = "failed"
    """The server refused it for good."""
    BLOCKED = "blocked"
    """A variable has no value: the agent must write it again."""
    CANCELLED = "cancelled"


UNDECIDED = frozenset({OutboxState.FAILED, OutboxState.UNKNOWN, OutboxState.BLOCKED})
"""States that somebody has to decide about: such a mail can be sent again."""
CANCELLABLE = UNDECIDED | {OutboxState.WAITING}
"""States of a mail that can be cancelled: nobody is sending it, and it wasn't sent."""
CONFIRMABLE = frozenset({OutboxState.UNKNOWN})
"""States of a mail that can be marked as sent."""


class Security(StrEnum):
    """How a connection to a mail server is encrypted."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class SignInKind(StrEnum):
    """How one signs in at a mail server."""

    PASSWORD = "password"
    OAUTH2 = "oauth2"


def checked_mailbox(values: Values) -> StoredValues:
    """The values of a mailbox to store. Raises DomainError with the field that isn't valid."""
    if not str(values.get("name") or "").strip():
        raise DomainError("A name is required.", "Enter the sender name that customers see.", field="name")
    found = {**values, "address": _address(values.get("address"), "address")}
    if values.get("copies_to"):
        found["copies_to"] = _address(values["copies_to"], "copies_to")
    _require_servers(values)
    if values.get("imap_host") and not values.get("login"):
        raise DomainError("A mailbox that receives mail needs a login.", "Enter one.", field="login")
    if values.get("sign_in") == SignInKind.OAUTH2:
        for name in ("token_url", "client_id"):
            if not values.get(name):
                raise DomainError(
                    "Required for OAuth 2.0.", "Copy it from the provider that granted access.", field=name
                )
        if not str(values["token_url"]).startswith("https://"):
            raise DomainError("The token URL must begin with https://.", "Enter it in full.", field="token_url")
    return found


def _require_servers(values: Values) -> None:
    for name in ("imap", "smtp"):
        host, port = values.get(f"{name}_host"), values.get(f"{name}_port")
        if host and not _HOST.fullmatch(str(host)):
            raise DomainError("This isn't a host name.", "Enter a name such as mail.example.com.", field=f"{name}_host")
        if host and not (isinstance(port, int) and 1 <= port <= 65_535):
            raise DomainError("A port must be from 1 to 65535.", "Enter one.", field=f"{name}_port")


def _address(value: object, field: str) -> str:
    try:
        return read_email(str(value or "")).lower()
    except DomainError as error:
        raise DomainError(error.message, error.advice, field=field) from None
