"""`partnertui metrics`: metrics of the services in Prometheus' text format."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest, write_to_textfile

from partnertui.db.database import open_database
from partnertui.db.kamailio.kamailio_database import open_kamailio
from partnertui.metrics import ServiceCollector, serve

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--output", metavar="FILE", help="write a file for node_exporter's textfile collector")
    where.add_argument("--listen", metavar="ADDRESS:PORT", help="serve the metrics over HTTP until interrupted")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Prints, writes or serves them; returns 1 if the database could not be read, which the figures then say."""
    with closing(open_database(settings.database_url)) as database, closing(open_kamailio(settings)) as kamailio:
        # With auto_describe, registering alone would collect once, that is read both databases.
        registry, collector = CollectorRegistry(auto_describe=False), ServiceCollector(database, kamailio)
        registry.register(collector)
        if args.listen:
            serve(registry, args.listen)
            return 0
        if args.output:
            write_to_textfile(args.output, registry)
        else:
            sys.stdout.write(generate_latest(registry).decode())
        return int(not collector.is_up)
