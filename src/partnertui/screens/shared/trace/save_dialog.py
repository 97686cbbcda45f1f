"""Saves a trace as text, SVG or capture, masked or not; the file is written completely or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.captures.saving import build_pcap, masked
from partnertui.domain.errors import DomainError
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views import output_file
from partnertui.kit.views.save_dialog import FileChoice, SaveDialog
from partnertui.ladder import Options, ladder_svg, ladder_text
from partnertui.ladder.time_column import moment
from partnertui.screens.shared.trace.loader_protocol import HasRtpPackets
from partnertui.screens.shared.trace.trace_analysis import analyse

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.calls.trace_model import Trace
    from partnertui.db.query_cancellation import Cancel
    from partnertui.errors import UserError
    from partnertui.screens.shared.trace.trace_view import TraceView

WIDTH = 120
UNSAFE = re.compile(r"[^A-Za-z0-9+_-]+")


@dataclass(frozen=True)
class Format:
    """A file format."""

    ending: str
    label: str
    masked: bool = False


FORMATS = {
    "text": Format("txt", "Text: the ladder as shown"),
    "svg": Format("svg", "SVG: the ladder as a picture"),
    "pcap": Format("pcap", "Capture: pcap of just this call"),
    "masked-text": Format("txt", "Text: numbers and addresses masked", True),
    "masked-svg": Format("svg", "SVG: numbers and addresses masked", True),
    "masked-pcap": Format("pcap", "Capture: numbers and addresses masked", True),
}


def visible_ladder(view: TraceView) -> str:
    """The ladder as text, with what's hidden on screen left out."""
    analysis = view.analysis
    assert analysis is not None
    return ladder_text(
        analysis.trace,
        view.names,
        view.options,
        width=WIDTH,
        judgement=analysis.judgement,
        clock=view.ladder.clock,
        symbols=view.ladder.symbols,
    )


def proposed(trace: Trace, form: str) -> str:
    """A default file name from time and numbers; without numbers if they're masked."""
    reading, chosen = trace.first.reading, FORMATS[form]
    users = (UNSAFE.sub("-", user).strip("-")[:40] for user in (reading.from_user, reading.to_user))
    who = "masked" if chosen.masked else "-".join(user for user in users if user) or "trace"
    return output_file.default_name(f"call-{moment(trace.start_us):%Y%m%d-%H%M%S}", who, chosen.ending)


def target(trace: Trace, typed: str, form: str) -> Path:
    """The chosen file: `~` is home, the suffix follows the format; a masked file's name contains no number."""
    if "\0" in typed:
        raise DomainError("A file name can't contain a null character.", field="file", advice="Enter another name.")
    endings = {one.ending for one in FORMATS.values()}
    path = Path(typed.strip()).expanduser()
    known = {Path(proposed(trace, name)).with_suffix("") for name in FORMATS}
    if path.with_suffix("") in known:
        path = Path(proposed(trace, form))
    if path.name and (not path.suffix or path.suffix[1:].lower() in endings):
        path = path.with_suffix(f".{FORMATS[form].ending}")
    return path


def ask_save(view: TraceView) -> None:
    """Ask for format and file, then save in the background."""
    trace, services = view.trace, view.services
    if trace is None:
        return

    def write(choice: FileChoice) -> None:
        shown = one_line(str(choice.path), 200)

        def work(cancel: Cancel, progress: Callable[[int, int], None]) -> int:
            data = content(view, choice.format)
            with output_file.whole_file(choice.path, replace=choice.replace) as out:
                out.buffer.write(data)
            return len(data)

        def done(size: int) -> None:
            services.notify(f"Saved {size:,} bytes to {shown}.", "good")

        def failed(error: UserError) -> None:
            dialog.ask_again(choice, error, "Not saved")

        services.jobs.long(f"Saving {one_line(choice.path.name, 40)}", work, done, failed)

    labels = {name: one.label for name, one in FORMATS.items()}
    dialog = SaveDialog(services, "Save this call", labels, partial(target, trace), write)
    dialog.ask({"format": "text", "file": proposed(trace, "text")})


def content(view: TraceView, form: str) -> bytes:
    """The file's content. A masked trace is judged again, so that the verdict contains no names either."""

    found = view.analysis
    assert found is not None
    names, kind = view.names, FORMATS[form]
    if kind.masked:
        found, names = analyse(masked(found.trace), sound=found.sound), {}
    if kind.ending == "pcap":
        # RTP holds what was said, and nothing of that can be masked.
        recorded = (
            view.loader.packets(found.trace) if isinstance(view.loader, HasRtpPackets) and not kind.masked else ()
        )
        return build_pcap(found.trace.messages, recorded)
    evidence = found.judgement.verdict.evidence if found.judgement else ()
    now, clock = view.options, view.ladder.clock
    options = Options(now.side, now.repeats, now.keep_alives, now.only_sdp, now.streams, evidence)
    if kind.ending == "svg":
        text = ladder_svg(found.trace, names, options, judgement=found.judgement, clock=clock)
    else:
        text = ladder_text(
            found.trace,
            names,
            options,
            width=WIDTH,
            judgement=found.judgement,
            clock=clock,
            symbols=view.ladder.symbols,
        )
    return text.encode("utf-8", "replace")
