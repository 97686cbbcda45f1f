"""Imports finished calls of Kamailio and Asterisk as CDRs: matched by number, resumable, each once."""

from partnertui.db.sync.all_sources import sync
from partnertui.db.sync.sync_report import SyncReport

__all__ = ["SyncReport", "sync"]
