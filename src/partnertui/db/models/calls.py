"""Finished calls (CDR), recordings and voicemail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Computed, Integer, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, Owned, now
from partnertui.db.models.cdr_indexes import SLOT_SQL
from partnertui.db.models.types import EnumText
from partnertui.domain.call_enums import CallDirection, Disposition, HungUpBy, LegCategory
from partnertui.domain.pbx_enums import RecordingKind, VoicemailFolder
from partnertui.domain.rating.rating_state import RatingState


class Cdr(Base):
    """A finished call. Numbers are E.164 digits or extensions, money micro-units, MOS hundredths (412 is 4.12).

    `origin` is the switch's own ID (`kamailio:…`, `asterisk:…`) and unique, so that no call is imported twice; demo
    calls have none. `slot` is computed by the database, see `db/models/cdr_indexes.py`.
    """

    # no foreign keys: a call outlives its customer, user and DDI
    __tablename__ = "cdrs"
    history = False
    started_at: Mapped[datetime]
    category: Mapped[LegCategory] = mapped_column(EnumText(LegCategory))
    direction: Mapped[CallDirection] = mapped_column(EnumText(CallDirection))
    customer_id: Mapped[int | None]
    partner_id: Mapped[int | None]
    user_id: Mapped[int | None]
    ddi_id: Mapped[int | None]
    source_number: Mapped[str | None]
    source_name: Mapped[str | None]
    destination_number: Mapped[str | None]
    destination_name: Mapped[str | None]
    destination_country: Mapped[str | None]
    prefix_name: Mapped[str | None]
    duration: Mapped[int] = mapped_column(Integer, default=0)
    billed_seconds: Mapped[int] = mapped_column(Integer, default=0)
    rate: Mapped[int | None]
    charge: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str | None]
    disposition: Mapped[Disposition] = mapped_column(EnumText(Disposition))
    sip_code: Mapped[int | None] = mapped_column(Integer)
    q850_cause: Mapped[int | None] = mapped_column(Integer)
    hung_up_by: Mapped[HungUpBy | None] = mapped_column(EnumText(HungUpBy))
    pdd_ms: Mapped[int | None] = mapped_column(Integer)
    codec: Mapped[str | None]
    mos: Mapped[int | None] = mapped_column(Integer)
    source_user_agent: Mapped[str | None]
    destination_user_agent: Mapped[str | None]
    source_ip: Mapped[str | None]
    destination_ip: Mapped[str | None]
    call_id_a: Mapped[str | None]
    call_id_b: Mapped[str | None]
    server: Mapped[str | None]
    origin: Mapped[str | None]
    rating: Mapped[RatingState | None] = mapped_column(EnumText(RatingState))
    """None: taken before calls were priced."""
    terms_id: Mapped[int | None]
    """The price by which it is charged, as it was: of `rated_terms`."""
    covered_seconds: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Those of the billed seconds that the customer's minutes covered."""
    slot: Mapped[int] = mapped_column(
        SmallInteger().with_variant(Integer(), "sqlite"), Computed(SLOT_SQL, persisted=True)
    )
    __table_args__ = (CheckConstraint("duration >= 0 AND billed_seconds >= 0", name="seconds"),)


class Recording(Owned, Base):
    """A recorded call: its details only, not the audio."""

    __tablename__ = "recordings"
    user_id: Mapped[int | None] = mapped_column(index=True)
    cdr_id: Mapped[int | None]
    caller: Mapped[str | None]
    called: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    duration: Mapped[int]
    size: Mapped[int]
    kind: Mapped[RecordingKind] = mapped_column(EnumText(RecordingKind))


class Voicemail(Owned, Base):
    """A message in a mailbox: its details only, not the audio."""

    __tablename__ = "voicemails"
    user_id: Mapped[int | None] = mapped_column(index=True)
    mailbox: Mapped[str]
    caller: Mapped[str | None]
    caller_name: Mapped[str | None]
    called: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    duration: Mapped[int]
    folder: Mapped[VoicemailFolder] = mapped_column(EnumText(VoicemailFolder), default=VoicemailFolder.INBOX)
    is_new: Mapped[bool] = mapped_column(default=True)


class RejectedRow(Base):
    """A row of a source that couldn't be imported as a CDR, with the reason; gone once a later run imports it."""

    __tablename__ = "rejected_rows"
    history = False
    source: Mapped[str]
    row_key: Mapped[str]
    reason: Mapped[str]
    content: Mapped[str]
    rejected_at: Mapped[datetime] = mapped_column(default=now)
    __table_args__ = (UniqueConstraint("source", "row_key"),)


class SyncState(Base):
    """How far a source of finished calls was imported: one position per source table or file."""

    __tablename__ = "sync_states"
    history = False
    source: Mapped[str] = mapped_column(unique=True)
    position: Mapped[str]
    rows: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    trouble: Mapped[str | None]
