"""Type aliases for rows, selects and column expressions.

The aliases of SQLAlchemy's types are strings, so importing this module doesn't import SQLAlchemy (start-up imports it).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from sqlalchemy import ColumnCollection, ColumnElement, Select
    from sqlalchemy import Row as _ResultRow
    from sqlalchemy.orm import InstrumentedAttribute

Row: TypeAlias = Mapping[str, Any]
"""A row as views and actions get it: values by column label."""
RowDict: TypeAlias = dict[str, Any]
"""A row that its owner may still change, such as one about to be inserted."""
JsonObject: TypeAlias = dict[str, Any]
"""What a JSON column or a JSON document holds."""
Scalar: TypeAlias = str | int | float | bool | bytes | Decimal | date | Enum
"""A value that a column may be compared with; a datetime is a date."""
Query: TypeAlias = "Select[*tuple[Any, ...]]"
"""A select of any columns."""
Expression: TypeAlias = "ColumnElement[Any]"
"""A column or expression of any type."""
ListedColumn: TypeAlias = "ColumnElement[Any] | InstrumentedAttribute[Any]"
"""What a select may list: a column expression, or an attribute of a model."""
Columns: TypeAlias = "Mapping[str, ColumnElement[Any]] | ColumnCollection[str, ColumnElement[Any]]"
"""Column expressions by label."""
ResultRow: TypeAlias = "_ResultRow[*tuple[Any, ...]]"
"""A row of a result, with its columns as attributes."""
