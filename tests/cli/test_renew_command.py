"""`partnertui renew`: each period once, up to today; what comes next is hidden until due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from partnertui.cli import main
from partnertui.db.database import open_database
from partnertui.db.models import BasketItem, Customer
from partnertui.demo import build


def test_what_is_due_is_followed_up_to_today(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path / 'partnertui.db'}"
    build(url, customers=2, cdrs=0, seed=7, now=datetime(2026, 3, 2, tzinfo=UTC))
    database = open_database(url)
    first = datetime.now(UTC) - timedelta(days=100)

    def work(connection: Any) -> None:
        connection.execute(delete(BasketItem))
        owner = connection.execute(select(Customer.id, Customer.partner_id, Customer.currency)).first()
        item = {"item_type": "service", "unique_item_id": "BI-1", "description": "Rent", "price": 5_000_000}
        times = {"due_at": first, "first_day": date(first.year, first.month, first.day), "recurrence": "monthly"}
        owned = {"customer_id": owner[0], "partner_id": owner[1], "currency": owner[2]}
        connection.execute(insert(BasketItem), [item | times | owned])

    database.write(work)
    command = ["--dir", str(tmp_path), "--database", url, "--operator", "ann", "renew"]
    assert main(command) == 0
    assert "4 items added" in capsys.readouterr().out
    assert main(command) == 0
    assert "0 items added" in capsys.readouterr().out
    found = database.read(lambda c: c.execute(select(BasketItem.due_at).order_by(BasketItem.id)).scalars().all())
    database.close()
    now = datetime.now(UTC)
    assert [due is not None and due > now for due in found] == [False, False, False, False, True]
