"""*Who is?*: who has an address. Kept answers first, nobody is asked about private ones, the rest by RDAP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from partnertui.domain.addresses import read_address, special
from partnertui.domain.errors import DomainError
from partnertui.errors import UserError
from partnertui.kit.declare.kinds import Time
from partnertui.kit.jobs import Job, in_thread
from partnertui.kit.shell.services import Services
from partnertui.kit.terminal.safe_content import plain
from partnertui.kit.terminal.safe_text import block
from partnertui.kit.widgets.scroll_lines import RecordBody
from partnertui.kit.widgets.styled_lines import BLANK, Line, field_lines, title_line, wrapped


def show(services: Services, address: str) -> None:
    """Opens the dialog about an address."""
    services.show_dialog(WhoIs(services, address), lambda answer: None)


class WhoIs(ModalScreen[Any]):
    """Says who has an address; r asks again, t unfolds the whole answer."""

    DEFAULT_CSS = """
    WhoIs { align: center middle; background: transparent; }
    WhoIs > Vertical { width: 92%; max-width: 92; height: 80%; max-height: 24; border: round $role-border-focus;
        padding: 0 1; border-title-color: $role-title; border-subtitle-color: $role-muted; background: $background; }
    """

    def __init__(self, services: Services, address: str) -> None:
        super().__init__()
        self.services, self.address = services, read_address(address)
        self.special = special(self.address)
        self.found: Mapping[str, Any] | None = None
        self.trouble = ""
        self.unfolded = False
        self.job: Job | None = None
        self.body = RecordBody(services)

    def compose(self) -> ComposeResult:
        """Lines in a box."""
        with Vertical() as box:
            box.border_title = plain(f"Who is {self.address}?")
            box.border_subtitle = "y copies  Esc closes"
            if self.special:
                box.styles.height = 10
            else:
                box.border_subtitle = "t whole answer  r asks again  y copies  Esc closes"
            yield self.body

    def on_mount(self) -> None:
        """Looks among the kept answers, then asks."""
        self.body.focus()
        self.begin(fresh=False)

    def begin(self, *, fresh: bool) -> None:
        """Finds out in the background; `fresh` does not look among the kept answers."""
        if self.job is not None:
            self.job.cancel()
        self.trouble = ""
        if not (fresh and self.special):
            self.job = self.services.jobs.probe(f"Who is {self.address}", lambda job: self._find(fresh))
        self.paint()

    async def _find(self, fresh: bool) -> None:
        try:
            found = None if fresh else await in_thread(self._kept)
            if found is None and not self.special:
                found = await self._ask()
            self.found = found if found is not None else self.found
        except UserError as error:
            self.trouble = f"{error} {error.advice}".strip()
        self.job = None
        self.paint()

    def _kept(self) -> Mapping[str, Any] | None:
        import httpx  # noqa: F401 - here, in a thread: the import takes longer than a frame
        import whoisit.parser  # noqa: F401

        from partnertui.db.whois import kept

        return self.services.database.read(lambda c: kept(c, str(self.address), self.services.settings.whois.keep_days))

    async def _ask(self) -> Mapping[str, Any]:
        from partnertui.db.whois import keep, kept
        from partnertui.probes.rdap import ask

        settings = self.services.settings.whois
        if not settings.url:
            raise DomainError("No server is set to be asked.", advice="Set whois.url, such as https://rdap.org/.")
        owner = asdict(await ask(self.address, settings.url, settings.timeout))
        owner["organisation"] = owner["organisation"] or owner["name"]
        facts = {name: owner[name] for name in ("network", "organisation", "country", "abuse_email", "source", "text")}
        query = str(self.address)
        await in_thread(lambda: self.services.database.write(lambda c: keep(c, query, facts)))
        return await in_thread(lambda: self.services.database.read(lambda c: kept(c, query, 1))) or facts

    def paint(self) -> None:
        """Shows how it stands."""
        if self.is_attached and self.body.size.width:
            self.body.show(self.lines(max(20, self.body.size.width - 2)), ())

    def lines(self, width: int) -> list[Line]:
        """The facts, and the whole answer where it is unfolded."""
        lines = field_lines("Address", str(self.address), "", width)
        if self.special:
            told = f"{self.special}: nobody outside can say whose it is, and nobody is asked"
            lines += field_lines("It is", told, "info", width)
        if self.job is not None:
            server = self.services.settings.whois.url
            lines += [BLANK, *wrapped(f"Asking {server} …" if not self.special else "Looking …", width, "muted")]
        if self.trouble:
            lines += [BLANK, *wrapped(self.trouble, width, "bad")]
        if self.found is not None:
            lines += self.facts(self.found, width)
        return lines

    def facts(self, found: Mapping[str, Any], width: int) -> list[Line]:
        """What the answer says."""
        from partnertui.domain.countries import countries, country_name

        country = str(found["country"] or "")
        if country in countries():
            country = f"{country_name(country)} ({country})"
        lines: list[Line] = []
        told = (("Range", found["network"]), ("Owner", found["organisation"]), ("Country", country))
        for label, value in (*told, ("Abuse contact", found["abuse_email"])):
            lines += field_lines(label, str(value or "not told"), "" if value else "muted", width)
        lines += field_lines("Told by", str(found["source"]), "", width)
        if found.get("fetched_at") is not None:
            lines += field_lines("Asked", Time().full(found["fetched_at"]), "muted", width)
        lines += [BLANK, title_line("The whole answer", width, self.services.symbols.line)]
        if self.unfolded:
            return [*lines, *wrapped(block(str(found["text"])), width)]
        count = str(found["text"]).count("\n") + 1
        return [*lines, Line(((f"{count} lines: t unfolds them", "muted"),), copy=str(found["text"]))]

    def on_record_body_resized(self, event: Any) -> None:
        """Makes the lines for the width."""
        self.paint()

    def on_key(self, event: events.Key) -> None:
        """r asks again, t unfolds, y copies, Esc closes."""
        if event.key in {"escape", "q"}:
            event.stop()
            if self.job is not None:
                self.job.cancel()
            self.dismiss(None)
        elif event.key == "t":
            self.unfolded = not self.unfolded
            self.paint()
        elif event.key == "r":
            self.begin(fresh=True)
        elif event.key == "y":
            self.services.copy(self.body.line.copy, "the line")
