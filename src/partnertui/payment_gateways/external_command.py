"""A gateway that is the site's own program: one JSON object on standard input, one on standard output.

It gets {"action": "charge" | "refund" | "look up", "key", "amount", "currency", …} with the amount in the currency's
smallest unit, and answers {"state": "completed" | "pending" | "failed" | "not found", "reference", "failure_code"}. It
runs without a shell and with an empty environment.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

from partnertui.payment_gateways.gateway import (
    Answer,
    AnswerState,
    ChargeOrder,
    GatewayError,
    OutcomeUnclear,
    RefundOrder,
)

if TYPE_CHECKING:
    from partnertui.config.settings import Gateways

MOST_BYTES = 64 * 1024
LONGEST = 200
"""Characters of a reference or code."""
NOT_FOUND = "not found"


class CommandGateway:
    """See Gateway."""

    by_hand = False

    def __init__(self, settings: Gateways) -> None:
        if not settings.command:
            raise GatewayError("No payment command is configured.", "Set gateways.command.")
        self._command, self._timeout = settings.command, settings.timeout

    def charge(self, order: ChargeOrder) -> Answer:
        """See Gateway."""
        return self._order("charge", order)

    def refund(self, order: RefundOrder) -> Answer:
        """See Gateway."""
        return self._order("refund", order)

    def look_up(self, order: ChargeOrder | RefundOrder) -> Answer | None:
        """See Gateway."""
        return _read(self._run("look up", order))

    def _order(self, action: str, order: ChargeOrder | RefundOrder) -> Answer:
        answer = _read(self._run(action, order))
        if answer is None:
            raise _unclear(f"answered “{NOT_FOUND}” to a {action}")
        return answer

    def _run(self, action: str, order: ChargeOrder | RefundOrder) -> bytes:
        """What it printed. Raises GatewayError if it couldn't be started, OutcomeUnclear if it ended badly."""
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output:
            given.write(json.dumps({"action": action, **asdict(order)}).encode() + b"\n")
            given.seek(0)
            try:
                process = subprocess.Popen(
                    self._command,
                    stdin=given,
                    stdout=output,
                    stderr=subprocess.DEVNULL,
                    env={},
                    cwd="/",
                    start_new_session=True,  # Ctrl+C at the terminal is ours
                )
            except OSError as error:
                raise GatewayError(
                    f"The payment command couldn't be started: {error.strerror}.", "Check gateways.command."
                ) from None
            try:
                code = process.wait(self._timeout)
            except subprocess.TimeoutExpired:
                raise _unclear(f"was stopped after {self._timeout:g} seconds") from None
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            if code != 0:
                raise _unclear(f"exited with code {code}")
            output.seek(0)
            return output.read(MOST_BYTES + 1)


def _read(printed: bytes) -> Answer | None:
    """Its answer; None for "not found". Raises OutcomeUnclear for anything else than an answer."""
    try:
        found: object = json.loads(printed) if len(printed) <= MOST_BYTES else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _unclear("didn't return a JSON object")
    state = found.get("state")
    if state == NOT_FOUND:
        return None
    if state not in tuple(AnswerState):
        raise _unclear("returned an unknown state")
    reference, code = (str(found.get(name) or "")[:LONGEST] for name in ("reference", "failure_code"))
    return Answer(AnswerState(state), reference, code, printed.decode("utf-8", "replace").strip())


def _unclear(what: str) -> OutcomeUnclear:
    return OutcomeUnclear(f"The payment command {what}.")
