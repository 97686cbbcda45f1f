"""Calls Kamailio's JSON-RPC over HTTP (modules xhttp and jsonrpcs); errors are sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from partnertui.db.rows.type_aliases import JsonObject
from partnertui.domain.errors import DomainError

if TYPE_CHECKING:
    import httpx

TABLE = "location"
MAX_RESPONSE_BYTES = 65_536
JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | float | bool | None"
_ADVICE = "Check kamailio.rpc_url in the settings, and that Kamailio is running."
_STATUS = {
    401: "the password is missing or wrong",
    403: "this host isn't allowed",
    404: "nothing is served at that path",
    500: "internal error in Kamailio",
}


class UnknownContact(DomainError):
    """Kamailio has no such AOR or contact."""


class Rpc:
    """A client of one Kamailio; `timeout` in seconds."""

    def __init__(self, url: str, timeout: float = 5.0) -> None:
        self.url, self.timeout = url, timeout

    def remove_contact(self, aor: str, contact: str) -> None:
        """Removes one contact of an AOR (`ul.rm_contact`). Raises DomainError."""
        self.call("ul.rm_contact", TABLE, aor, contact)

    def contacts(self, aor: str) -> set[str]:
        """The contacts that the registrar knows for an AOR (`ul.lookup`). Raises DomainError."""
        try:
            return set(_contact_addresses(self.call("ul.lookup", TABLE, aor)))
        except UnknownContact:
            return set()

    def call(self, method: str, *parameters: str) -> JsonValue:
        """The result of a method. Raises DomainError for errors of any kind; blocks up to the time limit."""
        body = self._post({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)})
        try:
            response: JsonValue = json.loads(body)
        except ValueError:
            response = None
        if not isinstance(response, dict) or not {"result", "error"} & response.keys():
            raise DomainError("Kamailio's RPC response isn't valid JSON-RPC.", advice=_ADVICE)
        if "error" in response:
            raise error_of(method, response["error"])
        return response.get("result")

    def _post(self, request: JsonObject) -> bytes:
        import httpx  # here: slow to import, and few sessions remove a registration

        try:
            with (
                httpx.Client(timeout=self.timeout, follow_redirects=False) as client,
                client.stream("POST", self.url, json=request) as response,
            ):
                body = _read_body(response)
                # An error of JSON-RPC may come with another status, of which it says more.
                if response.status_code != 200 and not body.lstrip().startswith(b"{"):
                    reason = _STATUS.get(response.status_code, f"HTTP {response.status_code}")
                    raise DomainError(f"Kamailio's RPC refused the request: {reason}.", advice=_ADVICE)
                return body
        except httpx.TimeoutException:
            raise DomainError(
                f"Kamailio's RPC didn't respond within {self.timeout:g} s; the registration may or may not have been"
                " removed.",
                advice="Refresh the list to check.",
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DomainError(f"Kamailio's RPC can't be reached ({type(error).__name__}).", advice=_ADVICE) from None


def _read_body(response: httpx.Response) -> bytes:
    """The body; raises DomainError if it is too long."""
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_RESPONSE_BYTES:
            raise DomainError("Kamailio's RPC response is too long.", advice=_ADVICE)
    return body


def error_of(method: str, error: JsonValue) -> DomainError:
    """Our error for a JSON-RPC error object (JSON-RPC 2.0, section 5.1); Kamailio's own have SIP-like codes."""
    code = error.get("code") if isinstance(error, dict) else None
    message = str(error.get("message", "") if isinstance(error, dict) else error)[:200]
    if code == 404:
        return UnknownContact(
            "Kamailio has no such registration: it expired, or the phone has registered again.",
            advice="Refresh the list with F5.",
        )
    if code == -32601 or "not found" in message.lower():
        return DomainError(
            f"Kamailio's RPC has no method {method}.", advice="Check that the usrloc module is loaded and allowed."
        )
    return DomainError(
        f"Kamailio's RPC refused {method}: {message or 'no reason given'}.",
        advice="Escalate to development.",
    )


def _contact_addresses(found: JsonValue) -> Iterator[str]:
    """Every contact's address in the result of `ul.lookup`, however deep it is."""
    if isinstance(found, dict):
        address = found.get("Address")
        if isinstance(address, str):
            yield address
        found = list(found.values())
    for part in found if isinstance(found, list) else ():
        yield from _contact_addresses(part)
