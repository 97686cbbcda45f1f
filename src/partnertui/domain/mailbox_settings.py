"""Settings of a mailbox: how its servers are encrypted and logged in to, and which values can be stored."""

from __future__ import annotations

import re
from enum import StrEnum

from partnertui.domain.email_addresses import read_email
from partnertui.domain.errors import DomainError
from partnertui.domain.value_types import StoredValues, Values

# 253 characters are the longest host name (RFC 1035, section 2.3.4), 45 the longest IPv6 address.
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}")


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
        # The secret and the tokens go over this connection (RFC 6749, section 3.2, requires TLS).
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
