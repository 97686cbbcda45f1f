"""Makes a PlatformRecord of a row of CDR or Live: how the call ended, or its state."""

from __future__ import annotations

from partnertui.calls.platform_record import PlatformRecord
from partnertui.kit.declare.kinds import Row


def record_of(row: Row) -> PlatformRecord | None:
    """A CDR or a row of the live table; None for other rows, such as registrations."""
    if row.get("disposition") is not None:
        return PlatformRecord(row["disposition"], row.get("sip_code"), row.get("q850_cause"), row.get("hung_up_by"))
    if row.get("state") is not None and "call_id_a" in row:
        return PlatformRecord(state=row["state"])
    return None
