"""*Block IP*: asks for network, reason and end, then runs the site's own command."""

from __future__ import annotations

import os
import re
import socket
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from partnertui.domain.errors import DomainError
from partnertui.domain.ip_addresses import Network, how_many, read_network, special
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.declare.kinds import InvalidValue, Time
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, Values, ask_form

if TYPE_CHECKING:
    from partnertui.config import Settings
    from partnertui.db.unit_of_work import UnitOfWork

Outcome = tuple[bool, str]


def ask_block(context: ActionContext, address: str = "") -> None:
    """Ask what to block, why and until when."""
    services = context.services
    fields = (
        Field(
            "network",
            title="Address",
            required=True,
            help="An address such as 198.51.100.7, or a network such as 198.51.100.0/24.",
        ),
        Field("reason", required=True, help="What it did; shown with the blocked address."),
        Field(
            "until",
            Time(seconds=False),
            parse=end_of,
            width=20,
            help="Empty to block permanently; or 12h, 7d, or a day such as 2026-12-24.",
        ),
    )

    def write(unit: UnitOfWork, values: Values, seen: Values) -> list[str]:
        from partnertui.db.ip_blocks import block

        done = block(unit, values["network"], values["reason"], values["until"], never(services.settings))
        return [done.network, done.reason, done.until.isoformat(timespec="seconds") if done.until is not None else ""]

    def run_hook(blocked: list[str]) -> Outcome:
        return after(f"Blocked {blocked[0]}.", services.settings, services.settings.block.hook, tuple(blocked))

    start = {"network": address}
    form = Form("Block an address", fields, write=write, after=run_hook, values=start, verb="block", preview=preview)
    ask_form(services, form, lambda outcome: finished(context, outcome))


def after(done: str, settings: Settings, hook: tuple[str, ...], arguments: tuple[str, ...]) -> Outcome:
    """Run the site's command, if configured; returns whether it succeeded, and a message."""
    from partnertui.screens.shared.site_command import run_site_command

    if not hook:
        return True, done
    well, said = run_site_command(hook, arguments, settings.block.timeout)
    return well, f"{done} {said}"


def finished(context: ActionContext, outcome: Outcome) -> None:
    """Show the result and refresh the rows."""
    context.services.notify(outcome[1], "good" if outcome[0] else "warn")
    context.refresh_rows()


def preview(values: Values) -> str:
    """What will be blocked, in words."""
    try:
        network = read_network(str(values.get("network") or ""))
    except DomainError:
        return ""
    what = special(network.network_address)
    return f"Blocks {how_many(network)}{f': {what}' if what else ''}."


def end_of(typed: str, values: Values) -> datetime | None:
    """Parse the end: a span from now, or a time. Raises InvalidValue."""
    word = typed.strip().lower()
    if not word:
        return None
    found = Time(ahead=True).parse(word)
    if found <= utc_now():
        raise InvalidValue("this is in the past: enter 12h, 7d, or a future day")
    return found


def never(settings: Settings) -> list[tuple[Network, str]]:
    """Networks that can't be blocked: those of the settings, our servers, and the agent's own address."""
    found: list[tuple[Network, str]] = [(network, "never blocked (block.never)") for network in settings.block.never]
    for url, what in (
        (settings.database_url, "our database server"),
        (settings.kamailio_url, "Kamailio's database server"),
        (settings.asterisk.url, "Asterisk's database server"),
    ):
        for host in database_hosts(url):
            found += _networks_of(host, what)
    proxy = re.sub(r"^sips?:([^@]*@)?", "", settings.sip_test.proxy).partition(";")[0]
    found += _networks_of(urlsplit(f"//{proxy}").hostname or "" if proxy else "", "our SIP proxy")
    # Address and port of the client, then address and port of this host (ssh(1)).
    client, _, rest = os.environ.get("SSH_CONNECTION", "").partition(" ")
    found += _as_network(client, "the address you work from")
    return found + _as_network(" ".join(rest.split()[1:2]), "the address of this host")


def database_hosts(url: str) -> list[str]:
    """Every host that a database URL names: before the path, separated by commas, and in `host` and `hostaddr`."""
    _, found, rest = url.partition("://")
    if not found:
        return []
    address, _, query = rest.partition("?")
    hosts = address.split("/", 1)[0].rpartition("@")[2].split(",")
    named = parse_qs(query)
    for name in ("host", "hostaddr"):
        hosts += [host for value in named.get(name, ()) for host in value.split(",")]
    return [name for host in hosts if (name := _without_port(host)) and not name.startswith("/")]


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host if host.count(":") > 1 else host.partition(":")[0]


def _networks_of(host: str, what: str) -> list[tuple[Network, str]]:
    """The addresses of a host, which may be a name; none where it doesn't resolve."""
    if not host or (literal := _as_network(host, what)):
        return literal if host else []
    try:
        answers = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    except OSError:
        return []
    return [network for answer in answers for network in _as_network(str(answer[4][0]), what)]


def _as_network(host: str, what: str) -> list[tuple[Network, str]]:
    try:
        return [(ip_network(ip_address(one_line(host).strip("[]"))), what)]
    except ValueError:
        return []
