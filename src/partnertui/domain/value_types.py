"""Values by field name, as forms and files give them and as they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Values = Mapping[str, Any]
StoredValues = dict[str, Any]
