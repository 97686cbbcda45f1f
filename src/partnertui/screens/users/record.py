"""The record view of a user: its fields, and whether its account is on the switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.views.records.record_view import RecordView

if TYPE_CHECKING:
    from partnertui.kit.declare.kinds import Row


class UserView(RecordView):
    """Adds whether users are written to the switch at all, which only the settings say."""

    def facts_row(self, row: Row) -> Row:
        """The row with what was read, and the setting."""
        return {**super().facts_row(row), "provisioning": self.services.settings.kamailio.subscribers}
