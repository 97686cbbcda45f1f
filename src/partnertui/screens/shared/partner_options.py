"""The partners that a form offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from partnertui.kit.views.form import Option

if TYPE_CHECKING:
    from sqlalchemy import Connection


def partners(connection: Connection) -> Sequence[Option]:
    """Partners to choose from."""
    from partnertui.db.models import Partner  # the mapped models

    rows = select(Partner.id, Partner.name).order_by(Partner.name)
    return [Option(row.id, row.name) for row in connection.execute(rows)]
