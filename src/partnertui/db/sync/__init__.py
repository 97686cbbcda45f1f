"""Finished calls of Kamailio and Asterisk become CDRs: matched by number, resumable, never twice."""

from partnertui.db.sync.sources import sync
from partnertui.db.sync.sync_report import SyncReport

__all__ = ["SyncReport", "sync"]
