"""Base classes of models: column types by annotation, constraint names, owner and version columns."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, MetaData, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from partnertui.db.models.types import Blob, Day, Flag, Int, Json, Str, Utc
from partnertui.db.rows.type_aliases import JsonObject

# Migrations name constraints; what has no name here is called otherwise by each database.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

FOLDED = {"fold": True}
"""Column.info of names: lists sort them without regard to ASCII case."""


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """Annotations choose the column types: int has 64 bits, str sorts bytewise, datetime is in UTC."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: Int,
        str: Str,
        datetime: Utc,
        date: Day,
        bool: Flag,
        bytes: Blob,
        JsonObject: Json(dict),
        list[str]: Json(list),
    }
    secrets: ClassVar[frozenset[str]] = frozenset()
    """Columns that history masks."""
    history: ClassVar[bool] = True
    """False for tables that nobody edits, such as logs."""

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-10)


def table_of(model: type[Base]) -> Table:
    """A model's table, as SQLAlchemy Core needs it; `__table__` is typed more generally."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


class Versioned:
    """Edited by agents: saving over a newer version raises ConcurrentChange."""

    version: Mapped[int] = mapped_column(default=1, server_default="1")

    @declared_attr.directive
    def __mapper_args__(cls) -> JsonObject:
        return {"version_id_col": cls.version}


class Owned:
    """Belongs to a customer. `partner_id` repeats the customer's partner, so that a partner's list needs one index."""

    @declared_attr
    def customer_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("customers.id"), index=True)

    @declared_attr
    def partner_id(cls) -> Mapped[int | None]:
        return mapped_column(index=True)


class MaybeOwned:
    """Belongs to a customer, or to none."""

    @declared_attr
    def customer_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("customers.id"), index=True)

    @declared_attr
    def partner_id(cls) -> Mapped[int | None]:
        return mapped_column(index=True)
