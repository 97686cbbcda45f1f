"""Serves the services' metrics in Prometheus' text format."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from partnertui import __version__
from partnertui.db.database import Database
from partnertui.db.errors import DatabaseError
from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.db.kamailio.registered_count import all_registered, refreshed
from partnertui.db.kamailio.table_versions import KamailioUnavailable
from partnertui.db.service_metrics import REFRESH_WINDOW, Metric, service_metrics
from partnertui.errors import UserError
from partnertui.kit.clock import utc_now

PREFIX = "partnertui_"
log = logging.getLogger(__name__)


class ServiceCollector(Collector):
    """Reads all figures at each scrape, in one snapshot; a database that can't be read is itself a figure."""

    def __init__(self, database: Database, kamailio: KamailioDatabase) -> None:
        self._database, self._kamailio = database, kamailio
        self.is_up = False
        """Whether our database could be read the last time."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All gauges; those of a source that can't be read are left out, and `partnertui_…_up` is 0."""
        yield _gauge(Metric("build", "1, labelled with the program's version.", ("version",), [((__version__,), 1.0)]))
        try:
            found = self._database.read(lambda connection: service_metrics(connection, utc_now()), steady=True)
        except DatabaseError as error:
            log.warning("metrics: %s", error)
            found = []
        self.is_up = bool(found)
        yield _gauge(Metric("database_up", "1 if our database could be read.", (), [((), float(self.is_up))]))
        yield from map(_gauge, found)
        if self.is_up:
            yield from map(_gauge, self._registrations())

    def _registrations(self) -> list[Metric]:
        up = Metric("kamailio_up", "1 if Kamailio's registrations could be read.")
        try:
            now = utc_now()
            count = self._database.read(lambda connection: all_registered(connection, self._kamailio, now))
            since = now - REFRESH_WINDOW
            recent = self._database.read(lambda connection: refreshed(connection, self._kamailio, since))
        except (KamailioUnavailable, DatabaseError) as error:
            log.warning("metrics: %s", error)
            up.samples.append(((), 0.0))
            return [up]
        up.samples.append(((), 1.0))
        words = "Contacts registered or refreshed in the last minute."
        return [
            up,
            Metric("registrations", "Contacts registered with Kamailio.", (), [((), float(count))]),
            Metric("registrations_last_minute", words, (), [((), float(recent))]),
        ]


def _gauge(metric: Metric) -> GaugeMetricFamily:
    family = GaugeMetricFamily(PREFIX + metric.name, metric.help, labels=metric.labels)
    for labels, value in metric.samples:
        family.add_metric(labels, value)
    return family


def serve(registry: CollectorRegistry, address: str) -> None:
    """Serves the figures at `/metrics` until interrupted; raises UserError for an address that can't be listened on."""
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isdigit() or int(port) > 65535:
        raise UserError(f"“{address}” isn't an address to listen on.", advice="Use the format 127.0.0.1:9273.")
    try:
        server, thread = start_http_server(int(port), host, registry)
    except OSError as error:
        raise UserError(
            f"Can't listen on {address}: {error.strerror}.", advice="Choose another address or port."
        ) from error
    print(f"Serving http://{host}:{server.server_port}/metrics", flush=True)
    try:
        threading.Event().wait()
    finally:
        server.shutdown()
        thread.join()
