"""A token server (RFC 6749, section 6) that also tells Dovecot whose an access token is."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class TokenServer:
    """Started at once. `refresh` is the refresh token that is taken now, `rotates` whether each use replaces it."""

    def __init__(self) -> None:
        self.refresh, self.rotates, self.login, self.uses = "refresh-0", False, "", 0
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                values = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                if values.get("refresh_token") != [owner.refresh] or values.get("client_id") != ["our-client"]:
                    self._answer(400, {"error": "invalid_grant", "error_description": "the token was revoked"})
                    return
                owner.uses += 1
                more: dict[str, object] = {}
                if owner.rotates:
                    owner.refresh = f"refresh-{owner.uses}"
                    more = {"refresh_token": owner.refresh}
                self._answer(200, {"access_token": f"access-{owner.uses}", "expires_in": 3600, **more})

            def do_GET(self) -> None:
                token = parse_qs(urlsplit(self.path).query).get("access_token", [""])[0]
                known = token == f"access-{owner.uses}"
                self._answer(200, {"email": owner.login, "active": "yes"} if known else {"active": "no"})

            def _answer(self, code: int, values: Mapping[str, object]) -> None:
                content = json.dumps(values).encode()
                self.send_response(code)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/token"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Ends it."""
        self._server.shutdown()
        self._server.server_close()
