"""Server and SignIn: how a mailbox's servers are reached and logged in to."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass, field

from partnertui.errors import UserError

TIMEOUT_SECONDS = 30.0


class MailServerError(UserError):
    """A mail server that can't be reached, or refuses us; nothing was sent or read."""


@dataclass(frozen=True)
class Server:
    """A host with its port; `security` is tls, starttls or none."""

    host: str
    port: int
    security: str


@dataclass(frozen=True)
class SignIn:
    """How one signs in; the repr shows no secret. `access_token` is for XOAUTH2, `password` for everything else."""

    login: str
    password: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)


def tls_context() -> ssl.SSLContext:
    """Verified against the system's certificates, or those in SSL_CERT_FILE."""
    return ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE") or None)


def error_words(error: Exception) -> str:
    """What an error of a library says, on one line, without a secret."""
    words = str(error) or type(error).__name__
    return " ".join(words.split())[:300]
