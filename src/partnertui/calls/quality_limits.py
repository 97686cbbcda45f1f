"""From which loss, jitter, MOS and post-dial delay on a call is poor or bad: for colours, sentences and verdicts."""

from __future__ import annotations

MOS_WARN, MOS_BAD = 3.6, 3.1
"""Below: many users dissatisfied, nearly all dissatisfied (ITU-T G.109, table 1, as MOS)."""
LOSS_WARN, LOSS_BAD = 1.0, 5.0
"""Percent of loss that is heard, and that makes speech hard to follow (ITU-T G.113, appendix I)."""
JITTER_WARN_MS = 40.0
"""Largest jitter that a typical jitter buffer still absorbs."""
VERDICT_LOSS, VERDICT_JITTER_MS = 3.0, 30.0
"""Percent of loss and mean jitter that explain a complaint (ITU-T G.113, Y.1541)."""
LONG_PDD_MS = 5_000
"""Post-dial delay after which callers hang up (ITU-T E.721 wants 5 s as the mean of toll connections)."""
