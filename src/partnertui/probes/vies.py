"""Asks VIES, the European Commission's REST service, about a VAT number.

VIES passes each question on to the member state, whose own service is often overloaded or down. Only a plain yes or no
about the number asked for counts; everything else leaves it unknown.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from partnertui.domain.safe_text import one_line
from partnertui.domain.vat_numbers import VatState

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BYTES = 100_000
REASONS = {
    "GLOBAL_MAX_CONCURRENT_REQ": "VIES is overloaded",
    "GLOBAL_MAX_CONCURRENT_REQ_TIME": "VIES is overloaded",
    "MS_MAX_CONCURRENT_REQ": "the member state's service is overloaded",
    "MS_MAX_CONCURRENT_REQ_TIME": "the member state's service is overloaded",
    "MS_UNAVAILABLE": "the member state's service is unavailable",
    "SERVICE_UNAVAILABLE": "VIES is unavailable",
    "TIMEOUT": "the member state's service didn't respond to VIES in time",
    "INVALID_INPUT": "VIES didn't accept the request",
    "IP_BLOCKED": "VIES has blocked this host's address",
    "VAT_BLOCKED": "VIES has blocked requests about this number",
}
"""Errors of the service in words; none of them says anything about the number."""
PLAIN = frozenset({"", "VALID", "INVALID"})
"""What `userError` holds where the answer is a plain yes or no."""


@dataclass(frozen=True)
class ViesAnswer:
    """What came of a question: a state, and the answer in words, such as the registered name."""

    state: VatState
    words: str


async def query_vies(number: str, url: str, seconds: float) -> ViesAnswer:
    """Ask the service at `url` about a number with its prefix, such as EL100000003.

    Raises nothing for what goes wrong with the service: the state is unknown then, and the words say why.
    """
    wanted, server = f"{url.rstrip('/')}/check-vat-number", urlsplit(url).hostname or url
    question = {"countryCode": number[:2], "vatNumber": number[2:]}
    try:
        async with (
            asyncio.timeout(seconds),
            httpx.AsyncClient(timeout=seconds) as client,
            client.stream("POST", wanted, json=question) as response,
        ):
            body, status = bytearray(), response.status_code
            async for part in response.aiter_bytes():
                body += part
                if len(body) > MAX_BYTES:
                    return _unknown(f"the response from {server} is longer than {MAX_BYTES:,} bytes")
    except (TimeoutError, httpx.TimeoutException):
        return _unknown(f"{server} didn't respond within {seconds:g} seconds")
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return _unknown(f"{server} can't be reached")
    return read_answer(bytes(body), status, number)


def read_answer(body: bytes, status: int, number: str) -> ViesAnswer:
    """The meaning of an answer to the question about a number; unknown unless it is a plain yes or no about it."""
    try:
        answer = json.loads(body)
    # Deeply nested JSON ends in RecursionError, and the bytes come from outside.
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        return _unknown(f"the response ({status}) isn't a valid VIES response")
    error = _error(answer)
    if error not in PLAIN:
        return _unknown(REASONS.get(error, f"the service responded with {one_line(error, 60)}"))
    valid, about = answer.get("valid"), f"{answer.get('countryCode')}{answer.get('vatNumber')}"
    if status != 200 or not isinstance(valid, bool):
        return _unknown(f"the response ({status}) isn't a valid VIES response")
    if about != number:
        return _unknown("the response is about another number")
    if error and (error == "VALID") is not valid:
        return _unknown("the response contradicts itself")
    if not valid:
        return ViesAnswer(VatState.INVALID, "VIES: not a valid number")
    name = one_line(str(answer.get("name") or ""), 200).strip(" -")
    return ViesAnswer(VatState.VALID, f"VIES: valid, registered to {name}" if name else "VIES: valid")


def _error(answer: Mapping[str, object]) -> str:
    """The error that an answer names: `userError`, or the first of `errorWrappers`."""
    wrappers = answer.get("errorWrappers")
    if isinstance(wrappers, list) and wrappers and isinstance(wrappers[0], dict):
        return str(wrappers[0].get("error") or "an error")
    return str(answer.get("userError") or "")


def _unknown(reason: str) -> ViesAnswer:
    return ViesAnswer(VatState.UNKNOWN, f"No result: {reason}.")
