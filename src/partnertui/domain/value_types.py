"""Type aliases for values by field name, as typed in forms and files (Values) and as stored (StoredValues)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Values = Mapping[str, Any]
StoredValues = dict[str, Any]
