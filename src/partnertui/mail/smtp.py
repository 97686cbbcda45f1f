"""Sends mail by SMTP (RFC 5321); the outcome of each is taken, refused, or unknown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from types import TracebackType

import aiosmtplib

from partnertui.domain.mailbox_settings import Security
from partnertui.mail.mailbox_account import (
    TIMEOUT_SECONDS,
    MailServerError,
    Server,
    SignIn,
    error_words,
    tls_context,
)

DATA_SECONDS = 300.0
"""A server may scan a mail before it answers (RFC 5321, section 4.5.3.2.6)."""
LOST = (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError, OSError, asyncio.TimeoutError)
OK_CODES, REFUSED_CODE = range(200, 300), 500


class Handover(Enum):
    """What became of a mail."""

    TAKEN = "taken"
    LATER = "later"
    """Not taken now; nothing was handed over."""
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """The connection broke after the text was on its way: the server may have it."""
    NOT_OURS = "not ours"
    """Somebody else took it, or ended it, in the meantime."""


@dataclass(frozen=True)
class Delivery:
    """What became of a mail, the server's answer, and the recipients that it refused with the reasons."""

    outcome: Handover
    answer: str = ""
    refused: dict[str, str] = field(default_factory=dict)
    connection_lost: bool = False


@dataclass(frozen=True)
class Envelope:
    """Whom a mail goes to. Those in `required` must be taken, or nothing is sent."""

    sender: str
    recipients: Sequence[str]
    required: frozenset[str] = frozenset()


class _Refused(Exception):
    """The mail as a whole isn't taken."""

    def __init__(self, delivery: Delivery) -> None:
        super().__init__(delivery.answer)
        self.delivery = delivery


class SmtpSession:
    """An async context manager: one connection, signed in, for several mails."""

    def __init__(self, server: Server, sign_in: SignIn | None) -> None:
        self._server, self._sign_in = server, sign_in
        self._client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            timeout=TIMEOUT_SECONDS,
            use_tls=server.security == Security.TLS,
            start_tls=server.security == Security.STARTTLS,
            tls_context=None if server.security == Security.NONE else tls_context(),
        )

    async def __aenter__(self) -> SmtpSession:
        try:
            await self._client.connect()
            if self._sign_in is not None and self._sign_in.access_token:
                await self._client.auth_xoauth2(self._sign_in.login, self._sign_in.access_token)
            elif self._sign_in is not None:
                await self._client.login(self._sign_in.login, self._sign_in.password)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            self._client.close()
            where = f"{self._server.host}:{self._server.port}"
            is_refused = isinstance(error, aiosmtplib.SMTPAuthenticationError)
            advice = "Check the mailbox's login and password." if is_refused else "The mail service will keep trying."
            raise MailServerError(f"The mail server {where} can't be used: {_words(error)}", advice) from None
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(aiosmtplib.SMTPException, OSError):
            await self._client.quit(timeout=2)
        self._client.close()

    async def send(self, envelope: Envelope, content: bytes, before_text: Callable[[], bool]) -> Delivery:
        """Hands one mail over. `before_text` is called right before the text goes; false stops it."""
        try:
            await self._client.mail(envelope.sender)
            refused = await self._recipients(envelope)
        except _Refused as error:
            await self._reset()
            return error.delivery
        except aiosmtplib.SMTPResponseException as error:
            await self._reset()
            return _answered(error.code, error.message)
        except (*LOST, aiosmtplib.SMTPException, ValueError) as error:
            return Delivery(Handover.LATER, _words(error), connection_lost=True)
        return await self._hand_over(content, before_text, refused)

    async def _hand_over(self, content: bytes, before_text: Callable[[], bool], refused: dict[str, str]) -> Delivery:
        """The text. From here on only the server's answer tells; without one, it may have the mail."""
        if not before_text():
            await self._reset()
            return Delivery(Handover.NOT_OURS)
        try:
            response = await self._client.data(content, timeout=DATA_SECONDS)
        except aiosmtplib.SMTPResponseException as error:
            # aiosmtplib raises for every code but 250; RFC 5321 (section 4.2.1) counts all of 2yz as taken.
            if error.code not in OK_CODES:
                return _answered(error.code, error.message)
            return Delivery(Handover.TAKEN, f"{error.code} {_flat(error.message)}", refused)
        except (*LOST, aiosmtplib.SMTPException) as error:
            return Delivery(Handover.UNKNOWN, _words(error), refused, connection_lost=True)
        return Delivery(Handover.TAKEN, f"{response.code} {_flat(response.message)}", refused)

    async def _recipients(self, envelope: Envelope) -> dict[str, str]:
        """Those that the server refuses for good. Raises _Refused if all are, or one may be taken later."""
        refused: dict[str, str] = {}
        for address in envelope.recipients:
            try:
                await self._client.rcpt(address)
            except aiosmtplib.SMTPRecipientRefused as error:
                words = f"{error.code} {_flat(error.message)}"
                if error.code < REFUSED_CODE or address in envelope.required:
                    raise _Refused(Delivery(Handover.LATER, f"{address}: {words}")) from None
                refused[address] = words
        if not set(envelope.recipients) - set(refused) - envelope.required:
            words = "; ".join(f"{address}: {answer}" for address, answer in refused.items())
            raise _Refused(Delivery(Handover.REFUSED, words, refused))
        return refused

    async def _reset(self) -> None:
        with suppress(aiosmtplib.SMTPException, OSError):
            await self._client.rset()


def _answered(code: int, message: str) -> Delivery:
    # 421 closes the connection; 535 and the like are about us, not about the mail, and may be put right
    outcome = Handover.REFUSED if code >= REFUSED_CODE and code not in (530, 534, 535, 538) else Handover.LATER
    return Delivery(outcome, f"{code} {_flat(message)}", connection_lost=code == 421)


def _words(error: Exception) -> str:
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"{error.code} {_flat(error.message)}"
    return error_words(error)


def _flat(message: str) -> str:
    return " ".join(message.split())[:400]
