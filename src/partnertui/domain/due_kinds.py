"""DueKind: what can be due on a day, such as an SLA, a promise or a card."""

from __future__ import annotations

from enum import StrEnum


class DueKind(StrEnum):
    """Why something is on the list of the day."""

    SLA = "SLA"
    PROMISE = "promise"
    CARD = "card"
    TRIAL = "trial"
    PORT = "port"
    CREDIT = "credit"
