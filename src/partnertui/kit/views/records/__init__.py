"""The view of one record: grouped facts, lists of what belongs to it, history and notes."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partnertui.kit.declare.actions import Services
    from partnertui.kit.declare.location import Location
    from partnertui.kit.views.records.view import RecordView


def make_record(services: Services, location: Location) -> RecordView:
    """The record view that a page declares: its own class, or the common one."""
    from partnertui.kit.views.records.view import RecordView

    page = services.catalog.page(location.screen)
    if page.record:
        module, _, name = page.record.partition(":")
        own: type[RecordView] = getattr(importlib.import_module(module), name)
        return own(services, location)
    return RecordView(services, location)
