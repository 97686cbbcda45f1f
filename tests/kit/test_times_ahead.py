"""Filters on times to come: a span counts from now on, on past times back from now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from partnertui.db.rows.filter_criteria import Between, Criterion
from partnertui.kit.declare.kinds import Remaining, Time

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(hours=2), NOW - timedelta(hours=2)


@pytest.mark.parametrize(
    ("kind", "op", "criterion"),
    [
        (Remaining(), ":", Between("due", NOW, LATER)),
        (Remaining(), "<", Between("due", None, LATER)),
        (Remaining(), ">=", Between("due", LATER, None)),
        (Time(), ":", Between("due", EARLIER, None)),
    ],
)
def test_a_span_counts_ahead_of_what_is_due(kind: Time, op: str, criterion: Criterion) -> None:
    assert kind.criterion("due", op, "2h", NOW) == criterion
