"""Keeps a trace: as text, SVG or capture, masked if wanted; whole or not at all, and never over a file unasked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnertui.domain.errors import DomainError
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.export import file
from partnertui.kit.views.form import Field, Form, Option, Values, ask_form
from partnertui.ladder import Options, ladder_svg, ladder_text
from partnertui.ladder.times import moment
from partnertui.screens.shared.trace.opening import Recording

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.calls.model import Trace
    from partnertui.db.cancel import Cancel
    from partnertui.errors import UserError
    from partnertui.screens.shared.trace.view import TraceView

WIDTH = 120
UNSAFE = re.compile(r"[^A-Za-z0-9+_-]+")


@dataclass(frozen=True)
class Format:
    """A way to keep a trace."""

    ending: str
    words: str
    masked: bool = False


FORMATS = {
    "text": Format("txt", "Text: the ladder as it is shown"),
    "svg": Format("svg", "SVG: the ladder as a picture"),
    "pcap": Format("pcap", "Capture: pcap of just this call"),
    "masked-text": Format("txt", "Text, numbers and addresses masked", True),
    "masked-svg": Format("svg", "SVG, numbers and addresses masked", True),
    "masked-pcap": Format("pcap", "Capture, numbers and addresses masked", True),
}


@dataclass(frozen=True)
class Wanted:
    """What was chosen."""

    form: str
    path: Path
    exists: bool
    values: dict[str, Any]


def ladder_of(view: TraceView) -> str:
    """The ladder as text, with what is hidden left out as on the screen."""
    study = view.study
    assert study is not None
    return ladder_text(
        study.trace,
        view.names,
        view.options,
        width=WIDTH,
        judgement=study.judgement,
        clock=view.ladder.clock,
        signs=view.ladder.signs,
    )


def proposed(trace: Trace, form: str) -> str:
    """A name from time and numbers; without numbers where they are masked."""
    reading, chosen = trace.first.reading, FORMATS[form]
    users = (UNSAFE.sub("-", user).strip("-")[:40] for user in (reading.from_user, reading.to_user))
    who = "masked" if chosen.masked else "-".join(user for user in users if user) or "trace"
    return file.default_name(f"call-{moment(trace.start_us):%Y%m%d-%H%M%S}", who, chosen.ending)


def target(trace: Trace, typed: str, form: str) -> Path:
    """The file that is meant: `~` is home, the ending follows the format; a masked one's name has no number."""
    if "\0" in typed:
        raise DomainError("A file's name cannot have this character.", field="file", advice="Write it anew.")
    endings = {one.ending for one in FORMATS.values()}
    path = Path(typed.strip()).expanduser()
    known = {Path(proposed(trace, name)).with_suffix("") for name in FORMATS}
    if path.with_suffix("") in known:
        path = Path(proposed(trace, form))
    if path.name and (not path.suffix or path.suffix[1:].lower() in endings):
        path = path.with_suffix(f".{FORMATS[form].ending}")
    return path


def ask_save(view: TraceView, values: Mapping[str, Any] | None = None, error: str = "") -> None:
    """Asks for format and file, then saves."""
    trace, services = view.trace, view.services
    if trace is None:
        return

    def save(typed: dict[str, Any]) -> Wanted:
        path = target(trace, str(typed["file"]), typed["format"])
        try:
            file.check(path, replace=False)
        except file.Exists:
            return Wanted(typed["format"], path, True, typed)
        return Wanted(typed["format"], path, False, typed)

    def preview(typed: Values) -> str:
        if error:
            return error
        try:
            path = target(trace, str(typed.get("file") or ""), str(typed.get("format") or "text"))
        except (DomainError, RuntimeError) as trouble:
            return str(trouble)
        return f"Writes {one_line(path.name)} to {one_line(str(path.parent), 200)}" if path.name else ""

    fields = (
        Field("format", required=True, choices=tuple(Option(name, one.words) for name, one in FORMATS.items())),
        Field("file", required=True, help="~ is your home. The ending follows the format."),
    )
    given = dict(values or {"format": "text", "file": proposed(trace, "text")})
    form = Form("Save this call", fields, save, values=given, verb="writes the file", preview=preview)
    ask_form(services, form, lambda wanted: _confirm(view, wanted))


def _confirm(view: TraceView, wanted: Wanted) -> None:
    """An existing file is replaced only if that is wanted."""
    from partnertui.kit.widgets.text_box import Confirm

    if not wanted.exists:
        write(view, wanted)
        return

    def answered(yes: bool | None) -> None:
        write(view, wanted) if yes else ask_save(view, wanted.values)

    words = f"{wanted.path} is there already. Replacing it throws away what is in it."
    view.services.app.push_screen(Confirm("Replace the file?", words, "replace it"), answered)


def write(view: TraceView, wanted: Wanted) -> None:
    """Writes in the background; when that fails the form comes again with what was typed."""
    services, shown = view.services, one_line(str(wanted.path), 200)

    def work(cancel: Cancel, tell: Callable[[int, int], None]) -> int:
        data = content(view, wanted.form)
        with file.whole_file(wanted.path, replace=wanted.exists) as out:
            out.buffer.write(data)
        return len(data)

    def done(size: int) -> None:
        services.notify(f"Saved {size:,} bytes to {shown}.", "good")

    def failed(error: UserError) -> None:
        words = f"Not saved: {error} {error.advice}".strip()
        services.notify(words, "bad")
        ask_save(view, wanted.values, words)

    services.jobs.long(f"Saving {one_line(wanted.path.name, 40)}", work, done, failed)


def content(view: TraceView, form: str) -> bytes:
    """The bytes of a format. A masked copy is judged anew, so that no word of the verdict names anybody either."""
    from partnertui.captures.saving import build_pcap, masked
    from partnertui.screens.shared.trace.study import study

    found = view.study
    assert found is not None
    names, kind = view.names, FORMATS[form]
    if kind.masked:
        found, names = study(masked(found.trace), sound=found.sound), {}
    if kind.ending == "pcap":
        recorded = view.load.packets(found.trace) if isinstance(view.load, Recording) and not kind.masked else ()
        return build_pcap(found.trace.messages, recorded)
    evidence = found.judgement.verdict.evidence if found.judgement else ()
    now, clock = view.options, view.ladder.clock
    options = Options(now.side, now.repeats, now.keep_alives, now.only_sdp, now.streams, evidence)
    if kind.ending == "svg":
        text = ladder_svg(found.trace, names, options, judgement=found.judgement, clock=clock)
    else:
        text = ladder_text(
            found.trace, names, options, width=WIDTH, judgement=found.judgement, clock=clock, signs=view.ladder.signs
        )
    return text.encode("utf-8", "replace")
