"""The protocol of everything that loads a trace, and narrower ones for what only some loaders can do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from partnertui.calls.diagnosis.verdict import Diagnosis
    from partnertui.calls.trace_model import Trace
    from partnertui.captures.saving import Packet
    from partnertui.db.query_cancellation import Cancel

Progress = Callable[[int, int], None]
"""Called with (done, total)."""


class TraceLoader(Protocol):
    """Loads a trace in two steps, each run in a thread. Both may raise DomainError and DatabaseError."""

    def load(self, cancel: Cancel, progress: Progress) -> Trace:
        """The messages: they're painted as soon as they're available."""

    def load_more(self, trace: Trace, cancel: Cancel, progress: Progress) -> Trace:
        """The trace with what takes longer: RTP streams, and messages that have to be searched for."""


@runtime_checkable
class HasRtpPackets(Protocol):
    """A loader that can read the RTP packets themselves."""

    def packets(self, trace: Trace) -> Sequence[Packet]:
        """RTP packets of the trace, to be written into a capture of this call alone."""


@runtime_checkable
class HasCaptureIndex(Protocol):
    """A loader whose messages are in captures of an index."""

    @property
    def index(self) -> Path:
        """Path of the index."""


@runtime_checkable
class HasLiveUpdates(Protocol):
    """A loader of a call that may still be in progress."""

    @property
    def running(self) -> bool:
        """True if the call was in progress when its trace was opened."""

    def reload(self, cancel: Cancel, progress: Progress) -> Trace:
        """Load the messages again, including those that arrived since."""


@runtime_checkable
class HasCustomer(Protocol):
    """A loader that knows whose call it is."""

    @property
    def customer_id(self) -> int | None:
        """The customer; None if unknown."""


@runtime_checkable
class HasJudgement(Protocol):
    """A loader that knows what its trace means, so that it isn't judged again."""

    @property
    def judgement(self) -> Diagnosis | None:
        """The verdict; None leaves it to the rules."""


@dataclass(frozen=True)
class LoadedTrace:
    """Loader of a trace that's already in memory."""

    trace: Trace
    judgement: Diagnosis | None = None

    def load(self, cancel: Cancel, progress: Progress) -> Trace:
        """The trace."""
        return self.trace

    def load_more(self, trace: Trace, cancel: Cancel, progress: Progress) -> Trace:
        """The same trace."""
        return trace
