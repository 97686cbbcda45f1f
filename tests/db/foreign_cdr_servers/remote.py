"""A PostgreSQL server that past months of calls can be moved to."""

from __future__ import annotations

import signal

import psycopg
from psycopg import sql
from tests.servers import Cluster

PASSWORD = "it's a % secret"


class Remote(Cluster):
    """A server with an empty database, whose owner's password it asks for."""

    def start(self) -> None:
        super().start()
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE ROLE link LOGIN PASSWORD {}").format(PASSWORD))
            connection.execute("CREATE DATABASE calls OWNER link")
            hba = self.folder / "data" / "pg_hba.conf"
            hba.write_text(f"local all link scram-sha-256\n{hba.read_text()}")
            connection.execute("SELECT pg_reload_conf()")

    @property
    def link(self) -> str:
        return f"postgresql://link@/calls?host={self.folder}"

    def away(self) -> None:
        """Ends the server; its files stay."""
        assert self._server is not None
        self._server.send_signal(signal.SIGINT)
        self._server.wait(20)
