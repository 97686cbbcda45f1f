"""localstripe on a loopback port, and a proxy before it that cuts connections: before, during and after a request."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from contextlib import suppress

START = (
    "import sys; from aiohttp import web; from localstripe import resources, server;"
    "resources.store.dump_to_disk = lambda: None;"
    "web.run_app(server.app, sock=__import__('socket').socket(fileno=int(sys.argv[1])), access_log=None, print=None)"
)
KEY = "sk_test_12345"
CUTS = ("", "before", "during", "after", "answer")
"""Where the proxy cuts: not at all, before a byte is passed on, in the request, after it, in the answer."""


class StripeServer:
    """Started at once; `url` of its API."""

    def __init__(self) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process = subprocess.Popen(
            [sys.executable, "-c", START, str(listener.fileno())],
            pass_fds=(listener.fileno(),),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        listener.close()
        self.customer = str(self.call("POST", "/v1/customers", {"email": "a@example.net"})["id"])
        card = {"type": "card", "card[number]": "4242424242424242", "card[exp_month]": "12", "card[exp_year]": "2036"}
        method = self.call("POST", "/v1/payment_methods", card | {"card[cvc]": "123"})
        self.call("POST", f"/v1/payment_methods/{method['id']}/attach", {"customer": self.customer})
        settings = {"invoice_settings[default_payment_method]": str(method["id"])}
        self.call("POST", f"/v1/customers/{self.customer}", settings)

    def call(self, method: str, path: str, values: dict[str, str] | None = None) -> dict[str, object]:
        """Asks its API, without the library."""
        body = urllib.parse.urlencode(values).encode() if values else None
        request = urllib.request.Request(self.url + path, body, {"Authorization": f"Bearer {KEY}"}, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            found: dict[str, object] = json.load(answer)
        return found

    def charge(self, amount: int, currency: str = "eur") -> str:
        """A payment that can be refunded; returns its ID."""
        values = {"amount": str(amount), "currency": currency, "customer": self.customer}
        return str(self.call("POST", "/v1/charges", values)["id"])

    def refunds(self, charge: str) -> list[int]:
        """The amounts that went back of a payment."""
        found = self.call("GET", f"/v1/refunds?charge={charge}&limit=100")["data"]
        assert isinstance(found, list)
        return [one["amount"] for one in found]

    def stop(self) -> None:
        """Ends it."""
        self._process.kill()
        self._process.wait()


class CuttingProxy:
    """Passes connections on to a server; `cut` says where the next POST is cut. Requests to read are never cut."""

    def __init__(self, port: int) -> None:
        self._target = port
        self.cut = ""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Takes no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            request = _read_message(client)
            if not request:
                return
            cut = self.cut if request.startswith(b"POST") else ""
            if cut == "before":
                return
            with socket.create_connection(("127.0.0.1", self._target)) as server:
                server.sendall(request[: len(request) - 5] if cut == "during" else request)
                if cut == "during":
                    return
                server.settimeout(10)
                answer = _read_message(server)
            if cut == "after":
                return
            client.sendall(answer[: len(answer) // 2] if cut == "answer" else _closing(answer))


def _closing(answer: bytes) -> bytes:
    head, _, body = answer.partition(b"\r\n\r\n")
    return head + b"\r\nConnection: close\r\n\r\n" + body


def _read_message(peer: socket.socket) -> bytes:
    """A whole HTTP message by its Content-Length."""
    found = b""
    while b"\r\n\r\n" not in found:
        part = peer.recv(65536)
        if not part:
            return found
        found += part
    head, _, body = found.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")]
    while len(body) < int(lengths[0] if lengths else 0):
        part = peer.recv(65536)
        if not part:
            break
        found, body = found + part, body + part
    return found
