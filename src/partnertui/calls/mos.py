"""Listening quality of a stream: the E-model (ITU-T G.107) from loss and jitter alone.

What it assumes: narrow band, everything else at the recommendation's defaults (R0 - Is = 93.2, A = 0); a network that
takes 50 ms one way; a jitter buffer of twice the mean jitter, 20 ms at least; losses at random and concealed as G.113
(Appendix I) has it for the codec. Wide-band codecs are put on the narrow-band scale, so they read a little low.
"""

from __future__ import annotations

from dataclasses import dataclass

from partnertui.calls.quality_limits import MOS_BAD, MOS_WARN

R_DEFAULT = 93.2
NETWORK_MS, LEAST_BUFFER_MS = 50.0, 20.0
ASSUMES = "E-model (G.107): 50 ms one way, a jitter buffer of twice the jitter, random loss"


@dataclass(frozen=True)
class Impairment:
    """Ie and Bpl of a codec, and its own delay in ms (ITU-T G.113, Appendix I)."""

    equipment: float
    robustness: float
    delay_ms: float


G711 = Impairment(0, 25.1, 10)
CODECS = {
    "PCMU": G711,
    "PCMA": G711,
    "G722": Impairment(0, 25.1, 15),
    "G729": Impairment(11, 19, 25),
    "G729A": Impairment(11, 19, 25),
    "G723": Impairment(15, 16.1, 67.5),
    "GSM": Impairment(20, 10, 20),
    "ILBC": Impairment(11, 32, 25),
    "AMR": Impairment(5, 10, 25),
    "AMR-WB": Impairment(5, 10, 25),
    "OPUS": Impairment(0, 25.1, 26.5),
    "G726-32": Impairment(7, 16, 10),
    "SPEEX": Impairment(9, 20, 30),
}


def mos(codec: str, loss_percent: float, jitter_ms: float) -> float:
    """Mean opinion score, 1.0 to 4.5, for a codec by name (an unknown one counts as G.711)."""
    known = CODECS.get(codec.upper(), G711)
    delay = NETWORK_MS + max(LEAST_BUFFER_MS, 2 * jitter_ms) + known.delay_ms
    # Idd after R. Cole and J. Rosenbluth's fit of G.107: beyond 177.3 ms delay hurts a conversation much more
    slow = 0.024 * delay + (0.11 * (delay - 177.3) if delay > 177.3 else 0)
    loss = min(max(loss_percent, 0.0), 100.0)
    # Ie,eff for losses at random, BurstR = 1 (G.107, section 7.4)
    equipment = known.equipment + (95 - known.equipment) * loss / (loss + known.robustness)
    return from_rating(R_DEFAULT - slow - equipment)


def from_rating(rating: float) -> float:
    """G.107, annex B."""
    if rating <= 0:
        return 1.0
    if rating >= 100:
        return 4.5
    return max(1.0, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6)


LISTENING = (
    (4.3, "excellent"),
    (4.0, "good"),
    (MOS_WARN, "fair: some users dissatisfied"),
    (MOS_BAD, "poor: many users dissatisfied"),
    (0.0, "bad: nearly all users dissatisfied"),
)


def mos_rating(score: float) -> str:
    """What a score means to a listener (G.107, annex B)."""
    return next(words for least, words in LISTENING if score >= least)
