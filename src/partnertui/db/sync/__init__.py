"""Finished calls of Kamailio and Asterisk become CDRs: matched by number, resumable, never twice."""

from partnertui.db.sync.report import SyncReport
from partnertui.db.sync.run import sync

__all__ = ["SyncReport", "sync"]
