"""SIP messages that `partnertui hep` received."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base


class HepMessage(Base):
    """A mirrored SIP message. `time_us`: microseconds since 1970, UTC; `status` is 0 for requests.

    On PostgreSQL the table has a partition a day, which `db/hep/partitions.py` makes and drops.
    """

    __tablename__ = "hep_messages"
    history = False
    # first in the primary key: it is the index by time, and PostgreSQL wants what it partitions by in the key
    time_us: Mapped[int] = mapped_column(primary_key=True, sort_order=-20)
    call_id: Mapped[str]
    method: Mapped[str]
    status: Mapped[int]
    from_user: Mapped[str]
    to_user: Mapped[str]
    transport: Mapped[str]
    source: Mapped[str]
    source_port: Mapped[int]
    destination: Mapped[str]
    destination_port: Mapped[int]
    correlation_id: Mapped[str]
    message: Mapped[bytes]
    __table_args__ = (
        Index("ix_hep_messages_call_id", "call_id"),
        Index("ix_hep_messages_from_user", "from_user", "time_us"),
        Index("ix_hep_messages_to_user", "to_user", "time_us"),
        Index("ix_hep_messages_correlation_id", "correlation_id"),
        {"postgresql_partition_by": "RANGE (time_us)"},
    )
