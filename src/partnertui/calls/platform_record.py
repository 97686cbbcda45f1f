"""PlatformRecord: what the platform itself noted about a call, from its CDR or Kamailio's dialog table."""

from __future__ import annotations

from dataclasses import dataclass

from partnertui.domain.call_enums import Disposition, HungUpBy, LiveState
from partnertui.domain.sip_and_q850_codes import q850_words, sip_words

CONNECTED = (Disposition.ANSWERED, Disposition.VOICEMAIL)
PARTIES = {HungUpBy.CALLER: "caller", HungUpBy.CALLEE: "called party", HungUpBy.SERVER: "platform"}
"""The side that ended a call, as sentences name it."""


@dataclass(frozen=True)
class PlatformRecord:
    """A CDR, or with a `state` a row of the live table. None where it says nothing."""

    disposition: Disposition | None = None
    sip_code: int | None = None
    q850_cause: int | None = None
    hung_up_by: HungUpBy | None = None
    state: LiveState | None = None

    @property
    def answered(self) -> bool | None:
        """Whether somebody answered; None where it doesn't say, as of a diverted call and of one that still rings."""
        if self.state is not None:
            return True if self.state == LiveState.ANSWERED else None
        if self.disposition in (None, Disposition.DIVERTED):
            return None
        return self.disposition in CONNECTED

    @property
    def sentence(self) -> str:
        """What it says, to be read by people; empty for nothing."""
        if self.state is not None:
            return f"The live table showed this call in progress ({self.state}) when the trace was opened."
        parts = [str(self.disposition)] if self.disposition is not None else []
        if self.sip_code is not None:
            parts.append(f"SIP {self.sip_code} {sip_words(self.sip_code)}")
        if self.q850_cause is not None:
            parts.append(f"Q.850 cause {self.q850_cause} ({q850_words(self.q850_cause)})")
        if self.hung_up_by is not None:
            parts.append(f"ended by the {PARTIES[self.hung_up_by]}")
        return f"The CDR says: {', '.join(parts)}." if parts else ""
