"""OAuth 2.0: gets an access token by a refresh token (RFC 6749, section 6)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from partnertui.mail.mailbox_account import TIMEOUT_SECONDS, MailServerError, error_words

MOST_BYTES = 100_000
SHORTEST_SECONDS, USUAL_SECONDS = 60, 3600
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ADVICE = "Check the mailbox's token URL and client ID, and grant access again."


@dataclass(frozen=True)
class Tokens:
    """An access token, for how many seconds it is valid, and the refresh token that replaces ours, if there is one."""

    access: str = field(repr=False)
    seconds: int = USUAL_SECONDS
    refresh: str | None = field(default=None, repr=False)


def is_safe(url: str) -> bool:
    """Whether the refresh token may be sent there: encrypted, or to this host itself."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    except ValueError:
        return False


def fetch_tokens(url: str, client_id: str, secret: str) -> Tokens:
    """Asks the token server. `secret` is the refresh token, with the client secret behind a blank if there is one.

    Raises MailServerError.
    """
    import httpx  # only mailboxes with OAuth2 need it

    if not is_safe(url):
        raise MailServerError("The token URL must begin with https://.", ADVICE)
    refresh, _, client_secret = secret.partition(" ")
    values = {"grant_type": "refresh_token", "refresh_token": refresh, "client_id": client_id}
    if client_secret:
        values["client_secret"] = client_secret
    try:
        # A redirect would take the refresh token to another server.
        answer = httpx.post(url, data=values, timeout=TIMEOUT_SECONDS, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        advice = "Check the mailbox's token URL and this host's network."
        raise MailServerError(f"The token server can't be reached: {error_words(error)}", advice) from None
    try:
        found = json.loads(answer.content[:MOST_BYTES])
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or answer.status_code != httpx.codes.OK or not found.get("access_token"):
        reason = found.get("error_description") or found.get("error") if isinstance(found, dict) else None
        raise MailServerError(f"The token server refused the request: {reason or answer.status_code}", ADVICE)
    replaced = found.get("refresh_token")
    whole = f"{replaced} {client_secret}".strip() if replaced and replaced != refresh else None
    return Tokens(str(found["access_token"]), _seconds(found.get("expires_in")), whole)


def _seconds(value: object) -> int:
    return max(SHORTEST_SECONDS, value) if isinstance(value, int) else USUAL_SECONDS
