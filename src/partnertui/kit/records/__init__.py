"""The view of one record: grouped facts, lists of what belongs to it, history and notes."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partnertui.kit.desk import Desk, Spot
    from partnertui.kit.records.view import RecordView


def make_record(desk: Desk, spot: Spot) -> RecordView:
    """The record view that a page declares: its own class, or the common one."""
    from partnertui.kit.records.view import RecordView

    page = desk.catalog.page(spot.screen)
    if page.record:
        module, _, name = page.record.partition(":")
        own: type[RecordView] = getattr(importlib.import_module(module), name)
        return own(desk, spot)
    return RecordView(desk, spot)
