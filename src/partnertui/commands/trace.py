"""`partnertui trace FILE...`: the calls of captures, or one of them with its verdict, ladder and figures."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.atomic_files import PRIVATE, open_regular, write_file
from partnertui.calls.call_statistics import analysis_statistics, statistics_of
from partnertui.calls.diagnosis.diagnose import diagnose
from partnertui.calls.diagnosis.verdict import Code, Confidence
from partnertui.calls.signalling_analysis import CallAnalysis
from partnertui.calls.trace_json import serialize
from partnertui.calls.trace_model import Side
from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import IndexUpdate
from partnertui.captures.call_id_lookup import CallFinder, find_captures
from partnertui.captures.called_user_registration import registrations_by_user, with_registrations
from partnertui.captures.indexed_call_loader import CallLoader
from partnertui.captures.rtp_of_calls import all_with_streams, rtp_packets, with_streams
from partnertui.captures.saving import build_pcap, masked
from partnertui.captures.standard_input import spooled
from partnertui.commands.forked_workers import in_forks
from partnertui.domain.errors import DomainError
from partnertui.errors import UserError
from partnertui.kit.terminal.safe_text import block, one_line
from partnertui.ladder import Options, ladder_svg, ladder_text
from partnertui.ladder.statistics_text import statistics_rows, stream_label
from partnertui.ladder.time_column import clock_text, moment

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.calls.call_assembly import Group
    from partnertui.calls.trace_model import Trace
    from partnertui.captures.saving import Packet
    from partnertui.config import Folders, Settings

MIN_FORKED = 2_000
"""Call-IDs from which on a list is made by several processes."""
MOST_FORKED = 4
"""Processors that are used for it at most."""
LEGS = ("source", "destination", "both")


def arguments(parser: ArgumentParser) -> None:
    """Files, which call, which leg, and what to write."""
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="capture (pcap, pcapng, or any format that tshark reads; also compressed), a folder of them, or - for"
        " standard input; without any, --call-id is looked up in the database and in messages from `partnertui hep`",
    )
    parser.add_argument("--call-id", metavar="ID", help="show this call with all its legs (default: list all calls)")
    parser.add_argument(
        "--leg", choices=LEGS, default="both", help="show only the messages on one side of the platform"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON: a list with everything about each call")
    form.add_argument("--svg", type=Path, metavar="FILE", help="write the call's ladder as a picture")
    form.add_argument("--pcap", type=Path, metavar="FILE", help="write a capture of just this call")
    parser.add_argument(
        "--keys", type=Path, metavar="FILE", help="TLS key log file (SSLKEYLOGFILE) to decrypt SIP over TLS"
    )
    parser.add_argument("--mask", action="store_true", help="replace numbers, names and addresses, for tickets")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """0 where all was read and a call that was named is there, else 1; 2 for wrong use."""
    if (args.svg or args.pcap) and not args.call_id:
        print("partnertui: --svg and --pcap need a single call: choose it with --call-id.", file=sys.stderr)
        return 2
    if not args.files and not args.call_id:
        print("partnertui: give at least one capture, or use --call-id.", file=sys.stderr)
        return 2
    _check_keys(args.keys)
    if not args.files:
        return _stored_call(args, settings, folders)
    with spooled(args.files, settings.captures.largest_bytes) as files:
        return _run(args, files, settings, folders)


def _run(args: Namespace, files: Sequence[Path], settings: Settings, folders: Folders) -> int:
    paths = find_captures(files)
    with closing(Index(folders.cache / "captures.db")) as index:
        largest, troubles = settings.captures.largest_bytes, list(_barren(files, paths))
        finder = CallFinder(index, keys=args.keys, largest=largest, troubles=troubles)
        try:
            done = one_call(args, finder, paths) if args.call_id else all_calls(args, finder, paths)
        finally:
            for trouble in dict.fromkeys(finder.troubles):
                _complain(trouble)
    return 0 if done else 1


def _stored_call(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Shows a call out of received HEP or Kamailio's `sip_trace`, whichever has more of it."""
    # SQLAlchemy takes as long to load as everything that reads a small capture.
    from partnertui.config import hep_folder
    from partnertui.db.database import open_database
    from partnertui.db.hep.stored_messages import hep_call
    from partnertui.db.kamailio.kamailio_database import open_kamailio
    from partnertui.db.kamailio.sip_trace import traced_call

    call_ids = [args.call_id]
    found: list[Trace] = []
    problems: list[str] = []
    with closing(open_database(settings.database_url)) as database, closing(open_kamailio(settings)) as kamailio:
        for look in (
            lambda connection: hep_call(connection, call_ids),
            lambda connection: traced_call(connection, kamailio, call_ids),
        ):
            try:
                trace = database.read(look)
                found += [trace] if trace is not None else []
            except UserError as error:
                problems.append(str(error))
    if found:
        _show(args, _prepared(max(found, key=lambda trace: len(trace.messages)), args))
        return 0
    folder = hep_folder(settings.hep.folder, folders)
    if folder is not None and any(next(os.walk(folder), ("", [], []))[1:]):
        for problem in problems:
            _complain(problem)
        return _run(args, [folder], settings, folders)
    raise DomainError(
        f"The Call-ID {args.call_id} wasn't found in the received HEP messages or in Kamailio's sip_trace.",
        advice=" ".join(problems) or "Give captures as well.",
    )


def _check_keys(path: Path | None) -> None:
    """A key log file that can't be read would look like one that opens nothing."""
    try:
        if path is not None:
            open_regular(path).close()
    except OSError as error:
        raise DomainError(
            f"The key log file {path} can't be read: {error.strerror}.",
            advice="Check the path.",
        ) from None


def _barren(asked: Sequence[Path], paths: Sequence[Path]) -> Iterator[str]:
    """Folders without a capture in them."""
    for folder in asked:
        if os.path.isdir(folder) and not any(path.is_relative_to(folder.absolute()) for path in paths):
            yield f"No file in {folder} is a capture (a pcap or pcapng file, compressed or not)."


def _complain(text: str) -> None:
    print(block(f"partnertui: {text}"), file=sys.stderr)


def all_calls(args: Namespace, finder: CallFinder, paths: Sequence[Path]) -> bool:
    """Lists every call; True where all files could be read."""
    finder.troubles += IndexUpdate(finder.index, keys=args.keys, largest=finder.largest).update(paths)
    unread = bool(finder.troubles)
    with closing(CallLoader(finder.index)) as loader:
        processors = os.cpu_count() or 1
        # one more than there are processors, so that none waits while this process reads the next batch; it reads
        # no faster than some of them judge, and each holds a whole batch
        forks = min(processors, MOST_FORKED) + 1 if processors > 1 and loader.count(paths) > MIN_FORKED else 0
        rendered = _rendered(args, loader, paths, forks)
        if args.json:
            calls = print_json(rendered)
        else:
            print(HEAD)
            calls = 0
            for line in rendered:
                print(line)
                calls += 1
    finder.troubles += [f"{path.name}: {note}." for path in paths for note in _notes(finder, path)]
    if not calls and not unread:
        finder.troubles.append(f"No SIP was found in {paths[0].name if len(paths) == 1 else 'these captures'}.")
    return not unread


def _rendered(args: Namespace, loader: CallLoader, paths: Sequence[Path], forks: int) -> Iterator[str]:
    """A line or the JSON of each call; sound, verdicts and figures are made by other processes."""

    def render(groups: Sequence[Group]) -> tuple[list[str], dict[Path, frozenset[str]]]:
        traces = [group.trace for group in groups]
        with closing(Index(loader.index.path)) as index, closing(CallLoader(index)) as own:
            own.sound_hosts.update(loader.sound_hosts)
            own.registrations.update(loader.registrations)
            heard = (with_registrations(own, trace) for trace in all_with_streams(own, traces, paths))
            found = (_prepared(trace, args) for trace in heard)
            side = side_of(args.leg)
            return [call_json(trace, side) if args.json else line_of(trace) for trace in found], own.sound_hosts

    for file in loader.index.files_of(paths) if forks else ():
        registrations_by_user(loader, (file,))  # once here instead of once in each process
    for texts, sound_hosts in in_forks(loader.groups(paths), render, forks):
        loader.sound_hosts.update(sound_hosts)
        yield from texts


def _notes(finder: CallFinder, path: Path) -> Sequence[str]:
    known = finder.index.file(path)
    return known.notes if known is not None else ()


def one_call(args: Namespace, finder: CallFinder, paths: Sequence[Path]) -> bool:
    """Shows or writes one call."""
    trace = finder.call_in(paths, args.call_id)
    if trace is None:
        advice = "Omit --call-id to list all calls." if args.files else "Give captures as well."
        raise DomainError(f"No capture has the Call-ID {args.call_id}.", advice=advice)
    with closing(CallLoader(finder.index)) as loader:
        trace = with_registrations(loader, with_streams(loader, trace, paths=paths))
        packets = rtp_packets(loader, trace, paths) if args.pcap else []
    _show(args, _prepared(trace, args), packets)
    return True


def _show(args: Namespace, trace: Trace, packets: Sequence[Packet] = ()) -> None:
    """Prints the call, or writes it to the file that was named."""
    if args.json:
        print_json([call_json(trace, side_of(args.leg))])
    elif args.svg:
        _write(args.svg, svg(trace, side_of(args.leg)).encode())
    elif args.pcap:
        side = side_of(args.leg)
        kept = [m for m, own in zip(trace.messages, trace.sides, strict=True) if side in (None, own)]
        _write(args.pcap, build_pcap(kept, [] if args.mask else packets))
    else:
        print(text(trace, side_of(args.leg)), end="")


def _prepared(trace: Trace, args: Namespace) -> Trace:
    if not args.mask:
        return trace

    return masked(trace)


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, for its owner alone: traces name people."""
    try:
        write_file(path, data, mode=PRIVATE)
    except OSError as error:
        raise DomainError(f"{path} can't be written: {error.strerror}.", advice="Choose another file.") from None


def side_of(leg: str) -> Side | None:
    """The side of a leg's name; None for both."""
    return None if leg == "both" else Side(leg)


def print_json(calls: Iterable[str]) -> int:
    """A list of calls, one after the other as they are read; returns how many."""
    before, count = "[\n", 0
    for call in calls:
        print(before + call, end="")
        before = ",\n"
        count += 1
    print("\n]" if count else "[]")
    return count


def call_json(trace: Trace, side: Side | None) -> str:
    """Everything about a call."""
    # Escapes C1 controls, too: U+009B begins a sequence on a terminal (ECMA-48), and messages may hold anything.
    return json.dumps(serialize(trace, side), ensure_ascii=True)


HEAD = f"{'Start':<19}  {'Method':<9} {'From':<16} {'To':<16} {'Outcome':<11} {'Code':<4} {'Verdict':<22} Call-ID"


def line_of(trace: Trace) -> str:
    """When, who, whom, how it ended, why (with a ? where that is merely possible)."""
    analysis, first = CallAnalysis(trace), trace.first.reading
    figures, verdict = analysis_statistics(analysis), diagnose(trace, analysis).verdict
    doubt = "?" if verdict.confidence == Confidence.POSSIBLE and verdict.code != Code.UNKNOWN else ""
    start = f"{moment(trace.start_us):%Y-%m-%d} {clock_text(trace.start_us)[:8]}"
    cells = (
        f"{one_line(trace.method)[:9]:<9} {one_line(first.from_user)[:16]:<16} {one_line(first.to_user)[:16]:<16}",
        f"{figures.outcome:<11} {figures.final_code or '':<4} {verdict.code + doubt:<22}",
        " ".join(one_line(call_id) for call_id in trace.call_ids),
    )
    return f"{start}  {' '.join(cells)}".rstrip()


def text(trace: Trace, side: Side | None) -> str:
    """Verdict, ladder and figures for reading."""
    width = shutil.get_terminal_size((120, 40)).columns
    shown = ladder_text(trace, options=replace(Options(), side=side), width=width, judgement=diagnose(trace))
    figures = [f"{label:<20} {value}" for label, value, _ in statistics_rows(statistics_of(trace))]
    streams = [f"{'RTP':<20} {stream_label(stream)}" for stream in trace.streams]
    return "\n".join([shown, *figures, *streams]) + "\n"


def svg(trace: Trace, side: Side | None) -> str:
    """The ladder as a picture."""
    return ladder_svg(trace, options=replace(Options(), side=side), judgement=diagnose(trace))
