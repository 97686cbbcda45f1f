"""Makes a select's joins show a partner only names of its own rows; others stay empty."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import with_loader_criteria

from partnertui.db.models import Customer
from partnertui.db.models.base import MaybeOwned, Owned
from partnertui.db.rows.type_aliases import Query


def with_own_joins(rows: Callable[[], Query], partner_id: int) -> Callable[[], Query]:
    """The select of a list with every joined table, and the count of notes, narrowed to a partner's rows.

    A row of theirs can point to one that isn't: its customer moved to another partner, or another program crossed the
    two. The join must be an outer one, else the row is missing instead of the name.
    """

    def narrowed() -> Query:
        return rows().options(
            *(
                with_loader_criteria(owned, lambda cls: cls.partner_id == partner_id, include_aliases=True)
                for owned in (Owned, MaybeOwned, Customer)
            )
        )

    return narrowed
