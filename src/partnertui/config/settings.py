"""The settings there are: each declared once, with how it is read and what it does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from partnertui.config import readers
from partnertui.config.readers import Reader

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

DATABASES = ("sqlite", "postgresql", "postgres")
THEMES = Path(__file__).parent.parent / "themes"


def setting(default: Any, reader: Reader | None, about: str, *, secret: bool = False) -> Any:
    """A field that is a setting; secret ones never appear in a repr."""
    return field(default=default, metadata={"reader": reader, "about": about}, repr=not secret)


def theme_words() -> tuple[str, ...]:
    """The themes there are, and `auto`."""
    return ("auto", *sorted(path.stem for path in THEMES.glob("*.toml")))


@dataclass(frozen=True)
class DatabaseSettings:
    """Our own database."""

    url: str = setting("", readers.url(*DATABASES), "the database; empty for the embedded one", secret=True)


@dataclass(frozen=True)
class Kamailio:
    """The switch's database: registrations, live calls, traces, finished calls."""

    url: str = setting("", readers.url(*DATABASES), "Kamailio's database; empty for ours", secret=True)
    schema: str = setting("", readers.text(), "PostgreSQL schema that holds its tables")
    timezone: str = setting("", readers.zone(), "time zone that Kamailio writes times in; empty for the system's")
    usrloc: str = setting(
        "cached",
        readers.one_of("cached", "database"),
        "database: registrations are in the database only (usrloc db_mode 3), and may be removed there",
    )
    rpc_url: str = setting(
        "", readers.url("http", "https"), "Kamailio's JSON-RPC, by which registrations are removed", secret=True
    )
    rpc_timeout: float = setting(5.0, readers.number(0.5, 60), "seconds to wait for its answer")


@dataclass(frozen=True)
class Asterisk:
    """Where finished calls of Asterisk come from."""

    url: str = setting("", readers.url(*DATABASES), "database with Asterisk's cdr table", secret=True)
    table: str = setting("cdr", readers.text(), "name of that table")
    master_csv: str = setting("", readers.text(), "path of Master.csv")
    timezone: str = setting("", readers.zone(), "time zone of its times; empty for the system's")


@dataclass(frozen=True)
class SipTest:
    """How SIP OPTIONS are sent."""

    deadline: float = setting(8.0, readers.number(0.5, 64), "seconds to wait for an answer (RFC 3261 waits 32)")
    proxy: str = setting("", readers.text(), "proxy that holds the NAT bindings, as sip:host:port;transport=udp")
    from_address: str = setting("", readers.text(), "From header; empty for sip:partnertui@ our address")
    allow: tuple[IPv4Network | IPv6Network, ...] = setting(
        (), readers.networks(), "networks that may be probed although they are private or loopback"
    )
    nameservers: tuple[str, ...] = setting(
        (), readers.servers(), "name servers for SRV, NAPTR and addresses; empty for the system's"
    )
    tls_verify: bool = setting(True, readers.flag(), "false believes every certificate")
    tls_ca: str = setting("", readers.text(), "PEM file of authorities that are believed besides the system's")


@dataclass(frozen=True)
class Captures:
    """How captures of the capture folders are read; which folders there are is in the database."""

    keys: str = setting("", readers.text(), "TLS key log file (SSLKEYLOGFILE) that opens SIP over TLS")
    largest: float = setting(20_000.0, readers.number(1, 1_000_000), "megabytes of a capture that is indexed at most")


@dataclass(frozen=True)
class Mtr:
    """How paths are probed; sip_test.allow says which networks may be."""

    interval: float = setting(0.5, readers.number(0.1, 60), "seconds between rounds; routers limit answers below 0.5")
    hops: float = setting(30.0, readers.number(1, 64), "hops after which the destination is given up")
    size: float = setting(64.0, readers.number(64, 1500), "bytes of a probe with its headers")


@dataclass(frozen=True)
class Whois:
    """Whom *who is* asks about an address."""

    url: str = setting("https://rdap.org/", readers.url("https", "http"), "RDAP server (RFC 9082); empty asks nobody")
    timeout: float = setting(10.0, readers.number(0.5, 120), "seconds to wait for its answer")
    keep_days: float = setting(30.0, readers.number(0, 3650), "days that an answer is kept and not asked for again")


@dataclass(frozen=True)
class Block:
    """What happens when an address is blocked, and what is never blocked."""

    hook: tuple[str, ...] = setting(
        (), readers.words(), "command run after blocking, without a shell; network, reason and end follow as arguments"
    )
    unblock_hook: tuple[str, ...] = setting(
        (), readers.words(), "command run after unblocking; network and reason follow as arguments"
    )
    timeout: float = setting(10.0, readers.number(0.5, 120), "seconds that such a command may take")
    never: tuple[IPv4Network | IPv6Network, ...] = setting(
        (), readers.networks(), "networks that are never blocked, such as your own"
    )


@dataclass(frozen=True)
class Settings:
    """Everything that can be set; made once at the start."""

    database: DatabaseSettings = DatabaseSettings()
    kamailio: Kamailio = Kamailio()
    asterisk: Asterisk = Asterisk()
    sip_test: SipTest = SipTest()
    captures: Captures = Captures()
    mtr: Mtr = Mtr()
    whois: Whois = Whois()
    block: Block = Block()
    operator: str = setting("", readers.text(), "login of the operator; empty for your login on this host")
    theme: str = setting("auto", readers.one_of(*theme_words()), "colours; auto looks at the terminal")
    mouse: bool = setting(True, readers.flag(), "false leaves the mouse to the terminal")
    ascii: bool = setting(False, readers.flag(), "true draws with ASCII alone")
    animation: bool = setting(False, readers.flag(), "true lets things glide; off over SSH all the same")
    default_country: str = setting("GB", readers.country(), "country of numbers typed without a prefix")
    timezone: str = setting("", readers.zone(), "time zone of times on screen; empty for the system's")
    log_level: str = setting("info", readers.one_of("debug", "info", "warning", "error"), "what the log file holds")
    development: bool = setting(False, readers.flag(), "true keeps TEXTUAL_* variables; not for production")
    keys: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({}), metadata={"about": "keys of actions, by action"}
    )

    @property
    def database_url(self) -> str:
        """Our own database's URL."""
        return self.database.url

    @property
    def kamailio_url(self) -> str:
        """The URL of the database with Kamailio's tables: its own, or ours."""
        return self.kamailio.url or self.database.url


def without_password(url: str) -> str:
    """A URL as it may be shown: the password is three stars."""
    shown = re.sub(r"(://[^:/@\s]*):.*@", r"\1:***@", url)
    return re.sub(r"(?i)([?&](?:password|sslpassword)=)[^&]*", r"\1***", shown)
