"""*Who is?*: the holder of an address, from stored answers or by RDAP; special addresses are explained locally."""

from __future__ import annotations

from dataclasses import asdict
from importlib import import_module

from textual.app import ComposeResult
from textual.containers import Vertical

from partnertui.db.whois_cache import cached_answer, store_answer
from partnertui.domain.countries import countries, country_name
from partnertui.domain.errors import DomainError
from partnertui.domain.ip_addresses import read_address, special
from partnertui.domain.plurals import plural
from partnertui.errors import UserError
from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.declare.kinds import Row, Time
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.jobs import Job, in_thread
from partnertui.kit.terminal.safe_text import block
from partnertui.kit.widgets.dialog import ActionDialog, close_action, help_action, move_actions
from partnertui.kit.widgets.line_view import LineView
from partnertui.kit.widgets.record_lines import field_lines, title_line, wrapped
from partnertui.probes.rdap import query_rdap


def show(services: Services, address: str) -> None:
    """Open the dialog for an address."""
    services.show_dialog(WhoIs(services, address))


class WhoIs(ActionDialog[None]):
    """Shows the holder of an address; r queries again, t shows the full answer."""

    DEFAULT_CSS = """
    WhoIs { align: center middle; background: transparent; }
    WhoIs > Vertical { width: 92%; max-width: 92; height: 80%; max-height: 24; border: round $role-border-focus;
        padding: 0 1; border-title-color: $role-title; border-subtitle-color: $role-muted; background: $background; }
    """

    def __init__(self, services: Services, address: str) -> None:
        self.address = read_address(address)
        super().__init__(services, f"Whois: {self.address}")
        self.special = special(self.address)
        self.found: Row | None = None
        self.error = ""
        self.unfolded = False
        self.job: Job | None = None
        self.body = LineView(services)

    def compose(self) -> ComposeResult:
        """Lines in a box."""
        with Vertical() as box:
            self.title_box(box)
            if self.special:
                box.styles.height = 10
            yield self.body

    def actions(self) -> tuple[Action, ...]:
        """Ask again, show the whole answer, copy, close."""
        asking = {"refresh", "toggle"} if self.special else set()
        return tuple(action for action in WHO_IS_ACTIONS if action.verb not in asking)

    def toggle_answer(self) -> None:
        """Shows or hides the whole answer."""
        self.unfolded = not self.unfolded
        self.paint()

    def close(self) -> None:
        """Cancels the question and closes the dialog."""
        if self.job is not None:
            self.job.cancel()
        super().close()

    def on_mount(self) -> None:
        """Look up stored answers first, then query."""
        self.body.focus()
        self.begin(fresh=False)

    def begin(self, *, fresh: bool) -> None:
        """Look up in the background; `fresh` skips stored answers."""
        if self.job is not None:
            self.job.cancel()
        self.error = ""
        if not (fresh and self.special):
            self.job = self.services.jobs.probe(f"Whois: {self.address}", lambda job: self._find(fresh))
        self.paint()

    async def _find(self, fresh: bool) -> None:
        try:
            found = None if fresh else await in_thread(self._kept)
            if found is None and not self.special:
                found = await self._ask()
            self.found = found if found is not None else self.found
        except UserError as error:
            self.error = f"{error} {error.advice}".strip()
        self.job = None
        self.paint()

    def _kept(self) -> Row | None:
        # preloaded here, in a thread: importing them in the event loop would take longer than a frame
        for module in ("httpx", "whoisit.parser"):
            import_module(module)

        return self.services.database.read(
            lambda c: cached_answer(c, str(self.address), self.services.settings.whois.keep_days)
        )

    async def _ask(self) -> Row:

        settings = self.services.settings.whois
        if not settings.url:
            raise DomainError(
                "No RDAP server is configured.", advice="Set whois.url to a server such as https://rdap.org/."
            )
        owner = asdict(await query_rdap(self.address, settings.url, settings.timeout))
        owner["organisation"] = owner["organisation"] or owner["name"]
        facts = {name: owner[name] for name in ("network", "organisation", "country", "abuse_email", "source", "text")}
        query = str(self.address)
        await in_thread(lambda: self.services.database.write(lambda c: store_answer(c, query, facts)))
        return await in_thread(lambda: self.services.database.read(lambda c: cached_answer(c, query, 1))) or facts

    def paint(self) -> None:
        """Show the current state."""
        if self.is_attached and self.body.size.width:
            self.body.show(self.lines(max(20, self.body.size.width - 2)), ())

    def lines(self, width: int) -> list[Line]:
        """The facts, and the full answer if it's unfolded."""
        lines = field_lines("Address", str(self.address), "", width)
        if self.special:
            told = f"{self.special}, so there is no owner to look up"
            lines += field_lines("Type", told, "info", width)
        if self.job is not None:
            server = self.services.settings.whois.url
            lines += [BLANK, *wrapped(f"Querying {server} …" if not self.special else "Looking up …", width, "muted")]
        if self.error:
            lines += [BLANK, *wrapped(self.error, width, "bad")]
        if self.found is not None:
            lines += self.facts(self.found, width)
        return lines

    def facts(self, found: Row, width: int) -> list[Line]:
        """The facts of an answer."""

        country = str(found["country"] or "")
        if country in countries():
            country = f"{country_name(country)} ({country})"
        lines: list[Line] = []
        told = (("Range", found["network"]), ("Owner", found["organisation"]), ("Country", country))
        for label, value in (*told, ("Abuse contact", found["abuse_email"])):
            lines += field_lines(label, str(value or "not given"), "" if value else "muted", width)
        lines += field_lines("Source", str(found["source"]), "", width)
        if found.get("fetched_at") is not None:
            lines += field_lines("Queried", Time().long_text(found["fetched_at"]), "muted", width)
        lines += [BLANK, title_line("Full response", width, self.services.symbols.line)]
        if self.unfolded:
            return [*lines, *wrapped(block(str(found["text"])), width)]
        count = plural(str(found["text"]).count("\n") + 1, "line")
        return [
            *lines,
            Line(
                ((f"{count}; {self.services.keymap.label('whois.toggle')} shows them", "muted"),),
                copy=str(found["text"]),
            ),
        ]

    def on_line_view_resized(self, event: LineView.Resized) -> None:
        """Wrap the lines for the new width."""
        self.paint()


def _who(context: ActionContext) -> WhoIs:
    return context.front(WhoIs)


WHO_IS_ACTIONS = (
    Action("whois.toggle", "Show the full response", lambda c: _who(c).toggle_answer(), ("space",), "full response"),
    Action("whois.refresh", "Query again", lambda c: _who(c).begin(fresh=True), ("r", "f5"), "query again"),
    Action(
        "whois.copy", "Copy the line", lambda c: c.services.copy(_who(c).body.line.copy, "the line"), ("y",), "copy"
    ),
    *move_actions("whois", lambda context: _who(context).body),
    help_action("whois"),
    close_action("whois", "close", "q"),
)
