"""Kamailio's JSON-RPC over HTTP (modules xhttp and jsonrpcs): one question, one answer, errors in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from partnertui.db.rows.types import JsonObject
from partnertui.domain.errors import DomainError

if TYPE_CHECKING:
    import httpx

TABLE = "location"
LARGEST = 65_536
_HINT = "Check kamailio.rpc_url in the settings, and whether Kamailio runs."
_STATUS = {
    401: "it wants a password, or another one",
    403: "it does not let this host in",
    404: "there is nothing at that address: is it the path that Kamailio serves?",
    500: "Kamailio could not do it",
}


class Unknown(DomainError):
    """Kamailio has no such AOR or contact."""


class Rpc:
    """A registrar that can be told what to do."""

    def __init__(self, url: str, timeout: float = 5.0) -> None:
        self.url, self.timeout = url, timeout

    def remove_contact(self, aor: str, contact: str) -> None:
        """Removes one contact of an AOR (`ul.rm_contact`). Raises DomainError."""
        self.call("ul.rm_contact", TABLE, aor, contact)

    def contacts(self, aor: str) -> set[str]:
        """The contacts that the registrar knows for an AOR (`ul.lookup`). Raises DomainError."""
        try:
            return set(_addresses(self.call("ul.lookup", TABLE, aor)))
        except Unknown:
            return set()

    def call(self, method: str, *parameters: str) -> Any:
        """The result of a method. Raises DomainError for every error there is; blocks, a time limit long at most."""
        answer = self._post({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)})
        try:
            told = json.loads(answer)
        except ValueError:
            told = None
        if not isinstance(told, dict) or not {"result", "error"} & told.keys():
            raise DomainError("Kamailio's RPC gave an answer that is no JSON-RPC.", advice=_HINT)
        if "error" in told:
            raise refusal(method, told["error"])
        return told.get("result")

    def _post(self, question: JsonObject) -> bytes:
        import httpx

        try:
            with (
                httpx.Client(timeout=self.timeout, follow_redirects=False) as client,
                client.stream("POST", self.url, json=question) as answer,
            ):
                body = _limited(answer)
                if answer.status_code != 200 and not body.lstrip().startswith(b"{"):
                    words = _STATUS.get(answer.status_code, f"HTTP {answer.status_code}")
                    raise DomainError(f"Kamailio's RPC refused: {words}.", advice=_HINT)
                return body
        except httpx.TimeoutException:
            raise DomainError(
                f"Kamailio's RPC did not answer in {self.timeout:g} s: whether it has done it is not known.",
                advice="Refresh the list to see.",
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DomainError(f"Kamailio's RPC cannot be reached ({type(error).__name__}).", advice=_HINT) from None


def _limited(answer: httpx.Response) -> bytes:
    """The body, up to a limit."""
    body = b""
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > LARGEST:
            raise DomainError("Kamailio's RPC gave an answer that is far too long.", advice=_HINT)
    return body


def refusal(method: str, error: object) -> DomainError:
    """The sentence for an error of JSON-RPC (section 5.1); Kamailio's own have SIP-like codes."""
    code = error.get("code") if isinstance(error, dict) else None
    said = str(error.get("message", "") if isinstance(error, dict) else error)[:200]
    if code == 404:
        return Unknown(
            "Kamailio does not know that registration: it ended, or the phone has registered anew.",
            advice="Refresh the list with F5.",
        )
    if code == -32601 or "not found" in said.lower():
        return DomainError(
            f"Kamailio's RPC does not know {method}.", advice="Is the module usrloc loaded, and allowed?"
        )
    return DomainError(f"Kamailio refused to remove it: {said or 'without a reason'}.", advice="Tell development.")


def _addresses(told: Any) -> Iterator[str]:
    """Every contact's address in what `ul.lookup` tells."""
    if isinstance(told, dict):
        if isinstance(told.get("Address"), str):
            yield told["Address"]
        told = list(told.values())
    for part in told if isinstance(told, list) else ():
        yield from _addresses(part)
