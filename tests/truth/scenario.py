"""What is declared about a scenario: how its captures are made, and what is true about each call in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Figure = tuple[float, float] | str | int | None | Sequence[str]
"""A value and its tolerance, or a value that must be met."""


@dataclass(frozen=True)
class Sound:
    """What is known of the RTP from one host to another: figures by their name in the JSON, over all its rows."""

    source: str
    destination: str
    figures: Mapping[str, Any]


@dataclass(frozen=True)
class Expect:
    """What is true about one call, found by a Call-ID; None stands for a capture in which no call can be read.

    codes          verdict codes that are right
    hedged         further codes that are accepted if the confidence is not `certain`: half, but right if `says` is met,
                   and so is `unknown`; "no call" stands for a capture that is not read, if what is printed meets `says`
    never_codes    codes that are wrong whatever else is said; `unknown` is half unless it stands here or in `codes`
    certain        False: the capture does not allow certainty; True: it does, anything less is half; None: either
    never_says     regular expressions that would be false in text or advice
    says           regular expressions, one of which must be met by the text, the advice, `also` or the notes
    should_say     the same, but half if none is met
    evidence_any   frame numbers, or bytes of the packets meant (as text): one at least must be cited
    evidence_never the same; none may be cited
    statistics     figures by their name in the JSON
    legs, apart    Call-IDs that are, and that are not, of the same call
    """

    call_id: str | None
    codes: Iterable[str] = ()
    hedged: Iterable[str] = ()
    never_codes: Iterable[str] = ()
    certain: bool | None = None
    never_says: Iterable[str] = ()
    says: Iterable[str] = ()
    should_say: Iterable[str] = ()
    from_user: str | None = None
    to_user: str | None = None
    outcome: Iterable[str] = ()
    final_code: int | None = None
    evidence_any: Iterable[int | str] = ()
    evidence_never: Iterable[int | str] = ()
    statistics: Mapping[str, Any] = field(default_factory=dict)
    sounds: Sequence[Sound] = ()
    sound_rows: int | None = None
    legs: Iterable[str] = ()
    apart: Iterable[str] = ()


@dataclass(frozen=True)
class Scenario:
    """Something that happens, the captures of it, and what is true about it.

    `packets` gives a list of packets, or the contents of files by name. `arguments` are the names that the program is
    given (by default the one capture, or the folder of the files); "-" has the first file on standard input. `later`
    gives the files of a second look: they are written over the first ones, and the second answer counts.
    `others_allowed` allows calls that are not declared here.
    """

    name: str
    what: str
    packets: Callable[[], object]
    expect: Sequence[Expect]
    kind: str
    arguments: Sequence[str] = ()
    later: Callable[[], object] | None = None
    others_allowed: bool = False


DECLARED: list[Scenario] = []


def scenario(
    *expect: Expect,
    arguments: Sequence[str] = (),
    later: Callable[[], object] | None = None,
    others_allowed: bool = False,
) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Declares a scenario: the function's name is its name, its docstring says what happens, its module is its kind."""

    def declare(packets: Callable[[], object]) -> Callable[[], object]:
        kind = packets.__module__.rpartition(".")[2]
        what = " ".join((packets.__doc__ or "").split())
        DECLARED.append(
            Scenario(packets.__name__, what, packets, expect, kind, arguments, later, others_allowed),
        )
        return packets

    return declare
