"""An SMTP server that delivers into Dovecot, and a proxy before it that cuts the connection at a step."""

from __future__ import annotations

import socket
import ssl
import threading
from collections import Counter
from contextlib import suppress
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from tests.mail.dovecot import PASSWORD, Dovecot

STEPS = ("connect", "EHLO", "MAIL", "RCPT", "DATA", "text", "answer")
"""Where the proxy cuts: `text` in the middle of the mail, `answer` when the server has it and its answer is lost."""


class Delivering:
    """aiosmtpd's handler: delivers each mail into Dovecot, and counts it by its Message-ID."""

    def __init__(self, dovecot: Dovecot) -> None:
        self.dovecot = dovecot
        self.refused: dict[str, str] = {}
        """Answers to RCPT by address."""
        self.data_answer = ""
        """Answered instead of taking a mail."""
        self.taken: Counter[str] = Counter()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data_answer:
            return self.data_answer
        content = envelope.content
        assert isinstance(content, bytes)
        for recipient in envelope.rcpt_tos:  # one by one, because smtplib reads one answer where LMTP gives one each
            self.dovecot.deliver(recipient, content, envelope.mail_from or "")
        self.taken[str(message_from_bytes(content)["Message-ID"])] += 1
        return "250 queued"


class SmtpServer:
    """Started at once on a loopback port; `handler` counts and refuses."""

    def __init__(self, dovecot: Dovecot, *, tls: bool = False, sign_in: bool = False) -> None:
        self.handler = Delivering(dovecot)
        context = None
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(dovecot.folder / "cert.pem", dovecot.folder / "key.pem")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self._controller = Controller(
            self.handler,
            hostname="127.0.0.1",
            port=self.port,
            tls_context=context,
            require_starttls=tls,
            auth_required=sign_in,
            auth_require_tls=tls,
            authenticator=_authenticate,
        )
        self._controller.start()

    def stop(self) -> None:
        """Ends it."""
        self._controller.stop()


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    is_right = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
    return AuthResult(success=is_right, handled=not is_right)


class CuttingProxy:
    """Passes connections on to the SMTP server; `cut` names the step at which the next one ends, "" for none."""

    def __init__(self, port: int) -> None:
        self._target, self.cut = port, ""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Takes no more connections."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        if self._cuts("connect"):
            client.close()
            return
        with socket.create_connection(("127.0.0.1", self._target)) as server, client, suppress(OSError):
            hold = threading.Event()
            threading.Thread(target=_back, args=(server, client, hold), daemon=True).start()
            in_text, lines = False, client.makefile("rb")
            for line in lines:
                verb = line[:4].decode("ascii", "replace").upper()
                if in_text and self._cuts("text"):
                    server.sendall(line)
                    break
                if in_text and line == b".\r\n" and self.cut == "answer":
                    hold.set()
                    self.cut = ""
                    server.sendall(line)
                    server.settimeout(5)
                    while b"\n" not in server.recv(1000):  # the server has it by now
                        pass
                    break
                if not in_text and verb in STEPS and self._cuts(verb):
                    break
                server.sendall(line)
                in_text = (in_text and line != b".\r\n") or (not in_text and verb == "DATA")
            for end in (client, server):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def _cuts(self, step: str) -> bool:
        if self.cut != step:
            return False
        self.cut = ""
        return True


def _back(server: socket.socket, client: socket.socket, hold: threading.Event) -> None:
    with suppress(OSError):
        while not hold.is_set():
            server.settimeout(0.05)
            try:
                data = server.recv(65_536)
            except TimeoutError:
                continue
            if not data or hold.is_set():
                break
            client.sendall(data)
