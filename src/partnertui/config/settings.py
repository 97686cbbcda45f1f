"""All settings: each is declared once, with its reader and its description."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from partnertui.config import readers
from partnertui.config.readers import Reader

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

T = TypeVar("T")
POSTGRESQL = ("postgresql", "postgres")
DATABASES = ("sqlite", *POSTGRESQL)
KEYRINGS = ("secret-service", "kwallet", "macos", "windows")
MOST_DAYS = 3650  # ten years
MTR_INTERVALS, MTR_HOPS, MTR_SIZES = (0.1, 60), (1, 64), (64, 1500)
"""From and to: seconds between rounds of an MTR, its hops, and bytes of its probes with their headers."""
THEMES = Path(__file__).parent.parent / "themes"


def setting(default: T, reader: Reader[T], about: str, *, secret: bool = False) -> T:
    """Declares a setting; secret ones never appear in a repr."""
    return field(default=default, metadata={"reader": reader, "about": about}, repr=not secret)


def theme_names() -> tuple[str, ...]:
    """The available themes, and `auto`."""
    return ("auto", *sorted(path.stem for path in THEMES.glob("*.toml")))


@dataclass(frozen=True)
class DatabaseSettings:
    """Our own database."""

    url: str = setting("", readers.url(*DATABASES), "the program's database; empty for the embedded one", secret=True)
    replica: str = setting(
        "", readers.url(*POSTGRESQL), "streaming replica that lists and records are read from", secret=True
    )
    replica_lag: float = setting(
        10.0, readers.number(1, 3600), "seconds the replica may lag before the header warns about it"
    )
    direct: str = setting(
        "",
        readers.url(*POSTGRESQL),
        "the server itself if url is pgbouncer's; change notifications come from there",
        secret=True,
    )


@dataclass(frozen=True)
class Kamailio:
    """Kamailio's database: registrations, live calls, traces, finished calls."""

    url: str = setting("", readers.url(*DATABASES), "Kamailio's database; empty uses ours", secret=True)
    schema: str = setting("", readers.text(), "PostgreSQL schema of its tables")
    timezone: str = setting("", readers.zone(), "time zone of Kamailio's timestamps; empty uses this host's")
    usrloc: str = setting(
        "cached",
        readers.one_of("cached", "database"),
        "database: registrations are kept only in the database (usrloc db_mode 3), so they can be removed there",
    )
    rpc_url: str = setting(
        "", readers.url("http", "https"), "Kamailio's JSON-RPC, used to remove registrations", secret=True
    )
    rpc_timeout: float = setting(5.0, readers.number(0.5, 60), "seconds to wait for a response")
    subscribers: str = setting(
        "off",
        readers.one_of("off", "write"),
        "write: users and their DDIs are written to its tables subscriber and dbaliases",
    )
    domain: str = setting("", readers.text(), "SIP domain for new users whose customer has none")
    realm: str = setting("", readers.text(), "digest realm for phones; empty uses the user's SIP domain")


@dataclass(frozen=True)
class Users:
    """Customers' users."""

    login_url: str = setting(
        "",
        readers.url("https", "http"),
        "URL of the customer portal page that accepts log-in links; the token is appended",
    )
    feature_codes: tuple[str, ...] = setting(
        (
            "*8 call pick-up",
            "*72 forwarding on",
            "*73 forwarding off",
            "*78 do not disturb on",
            "*79 do not disturb off",
            "*97 voicemail",
        ),
        readers.feature_codes(),
        "the platform's feature codes; extensions must not clash with them",
    )


@dataclass(frozen=True)
class Asterisk:
    """Asterisk's finished calls."""

    url: str = setting("", readers.url(*DATABASES), "database with Asterisk's cdr table", secret=True)
    table: str = setting("cdr", readers.text(), "name of that table")
    master_csv: str = setting("", readers.text(), "path of Master.csv")
    timezone: str = setting("", readers.zone(), "time zone of its timestamps; empty uses this host's")


@dataclass(frozen=True)
class SipTest:
    """How SIP OPTIONS are sent."""

    deadline: float = setting(8.0, readers.number(0.5, 64), "seconds to wait for a response (32 in RFC 3261)")
    proxy: str = setting("", readers.text(), "proxy that holds the NAT bindings, such as sip:host:port;transport=udp")
    from_address: str = setting("", readers.text(), "From header; empty uses sip:partnertui@ and our address")
    allow: tuple[IPv4Network | IPv6Network, ...] = setting(
        (), readers.networks(), "private or loopback networks that may be probed"
    )
    nameservers: tuple[str, ...] = setting(
        (), readers.servers(), "name servers for SRV, NAPTR and addresses; empty uses this host's"
    )
    tls_verify: bool = setting(True, readers.flag(), "false accepts any certificate")
    tls_ca: str = setting("", readers.text(), "PEM file with additional certificate authorities to trust")


@dataclass(frozen=True)
class Captures:
    """How captures are read; the capture folders themselves are in the database."""

    keys: str = setting("", readers.text(), "TLS key log file (SSLKEYLOGFILE) to decrypt SIP over TLS")
    largest: float = setting(
        20_000.0, readers.number(1, 1_000_000), "maximum size in megabytes of a capture to be indexed"
    )

    @property
    def largest_bytes(self) -> int:
        """The maximum size in bytes."""
        return int(self.largest * 1_000_000)


@dataclass(frozen=True)
class Hep:
    """What `partnertui hep` receives and how long it is kept."""

    listen: str = setting("127.0.0.1:9060", readers.text(), "address and UDP port to receive HEP on")
    keep: float = setting(7.0, readers.number(1, MOST_DAYS), "days to keep messages")
    folder: str = setting(
        "", readers.text(), "folder for hourly captures; if empty, “hep” in the data folder; “-” writes none"
    )


@dataclass(frozen=True)
class Mtr:
    """How MTR probes paths; sip_test.allow lists the private networks that may be probed."""

    interval: float = setting(
        0.5, readers.number(*MTR_INTERVALS), "seconds between rounds; below 0.5, routers may limit their responses"
    )
    hops: float = setting(30.0, readers.number(*MTR_HOPS), "maximum number of hops")
    size: float = setting(64.0, readers.number(*MTR_SIZES), "size of a probe in bytes, including headers")


@dataclass(frozen=True)
class Whois:
    """WHOIS look-ups of addresses."""

    url: str = setting(
        "https://rdap.org/", readers.url("https", "http"), "RDAP server (RFC 9082); empty disables look-ups"
    )
    timeout: float = setting(10.0, readers.number(0.5, 120), "seconds to wait for a response")
    keep_days: float = setting(30.0, readers.number(0, MOST_DAYS), "days to cache a response")


@dataclass(frozen=True)
class Vies:
    """Checks of VAT numbers by the VIES of the European Commission."""

    url: str = setting(
        "",
        readers.url("https", "http"),
        "https://ec.europa.eu/taxation_customs/vies/rest-api; empty disables look-ups, so VAT numbers stay unchecked",
    )
    timeout: float = setting(15.0, readers.number(0.5, 120), "seconds to wait for a response")


@dataclass(frozen=True)
class Xmpp:
    """The XMPP server of the customers' chat domains."""

    server: str = setting("", readers.text(), "host:port for client connections (5222); empty shows stored states only")
    timeout: float = setting(5.0, readers.number(0.5, 60), "seconds to wait for a response")


@dataclass(frozen=True)
class Sounds:
    """Sounds of customers."""

    level: float = setting(
        -23.0,
        readers.number(-31, -14),
        "target loudness for *adjust level* in LUFS (EBU R128); true peak at most -1 dBTP",
    )
    ssh: str = setting("", readers.text(), "user@host in one-time copy commands; empty takes it from the SSH session")


@dataclass(frozen=True)
class Block:
    """Blocking of addresses."""

    hook: tuple[str, ...] = setting(
        (),
        readers.command(),
        "command run without a shell after blocking; network, reason and end time are added as arguments",
    )
    unblock_hook: tuple[str, ...] = setting(
        (), readers.command(), "command run without a shell after unblocking; network and reason are added as arguments"
    )
    timeout: float = setting(10.0, readers.number(0.5, 120), "time limit for these commands in seconds")
    never: tuple[IPv4Network | IPv6Network, ...] = setting(
        (), readers.networks(), "networks that are never blocked, such as your own"
    )


@dataclass(frozen=True)
class Ddis:
    """How numbers are kept."""

    quarantine_days: float = setting(
        30.0, readers.number(0, MOST_DAYS), "days before a number released by one customer can be assigned to another"
    )


@dataclass(frozen=True)
class Chats:
    """How long the text of chats is kept."""

    keep_days: float = setting(
        0.0,
        readers.number(0, MOST_DAYS),
        "days after which `partnertui maintain` or `chats expire` destroys a chat's text; 0 keeps it forever",
    )


@dataclass(frozen=True)
class Refunds:
    """Limits of refunds, in units of whatever currency was paid in."""

    confirm_above: float = setting(
        100.0, readers.number(0, 9e9), "amount above which the agent has to enter the refund amount twice"
    )
    approve_above: float = setting(
        1000.0, readers.number(0, 9e9), "amount above which a second person has to approve a refund"
    )


@dataclass(frozen=True)
class Gateways:
    """Payment gateways, by the name that payments carry; without one, a refund is paid out by hand."""

    timeout: float = setting(20.0, readers.number(0.5, 120), "seconds to wait for a gateway's response, in total")
    stripe_key: str = setting(
        "", readers.text(), "Stripe secret key; if empty, Stripe refunds are paid out manually", secret=True
    )
    stripe_url: str = setting("", readers.url("https", "http"), "URL of Stripe's API; empty uses api.stripe.com")
    command: tuple[str, ...] = setting(
        (), readers.command(), "program run without a shell for the gateway “command”: JSON in and out"
    )


@dataclass(frozen=True)
class Invoices:
    """The provider on invoices and credit notes; partners have their own data in the database."""

    company: str = setting("", readers.text(), "name of your company, as registered")
    street: str = setting("", readers.text(), "street and number")
    postcode: str = setting("", readers.text(), "postcode")
    city: str = setting("", readers.text(), "city")
    country: str = setting("GB", readers.country(), "country, which determines VAT")
    vat_number: str = setting("", readers.text(), "VAT number with its country's prefix")
    registration: str = setting("", readers.text(), "registry and company number, printed in the footer")
    email: str = setting("", readers.text(), "e-mail address for questions about invoices")
    phone: str = setting("", readers.text(), "telephone number for questions about invoices")
    bank: str = setting("", readers.text(), "name of your bank")
    iban: str = setting("", readers.text(), "IBAN of the account that customers pay into")
    bic: str = setting("", readers.text(), "the bank's BIC")
    logo: str = setting("", readers.text(), "logo file, PNG or JPEG")
    prefix: str = setting("", readers.text(), "prefix of document numbers; empty gives INV-2026-000001")
    timezone: str = setting("", readers.zone(), "time zone of the dates on documents; empty uses this host's")


@dataclass(frozen=True)
class VaultSettings:
    """Where the master key comes from, which encrypts drafts and secrets."""

    command: tuple[str, ...] = setting(
        (), readers.command(), "command, run without a shell, that prints the master key"
    )
    keyring: str = setting(
        "none",
        readers.one_of("none", *KEYRINGS),
        "keyring that holds the master key; no other is used",
    )
    file: str = setting(
        "", readers.text(), "file with the master key (mode 0600); empty uses master.key in the data folder"
    )


@dataclass(frozen=True)
class Lock:
    """When the screen is locked."""

    idle_minutes: float = setting(
        15.0,
        readers.number(0, 1440),
        "minutes without a key press before the screen is cleared and locked; 0 never locks",
    )


@dataclass(frozen=True)
class Audit:
    """Where the ends of the audit chains are kept."""

    heads_folder: str = setting(
        "", readers.text(), "folder where `partnertui maintain` writes a daily file with the audit chain heads"
    )


@dataclass(frozen=True)
class Archive:
    """Where calls of past months are kept as Parquet files."""

    folder: str = setting(
        "", readers.text(), "folder of the archive; `partnertui maintain` archives calls before it deletes them"
    )


@dataclass(frozen=True)
class Settings:
    """All settings; made once at start-up."""

    database: DatabaseSettings = DatabaseSettings()
    kamailio: Kamailio = Kamailio()
    asterisk: Asterisk = Asterisk()
    sip_test: SipTest = SipTest()
    captures: Captures = Captures()
    hep: Hep = Hep()
    mtr: Mtr = Mtr()
    whois: Whois = Whois()
    vies: Vies = Vies()
    xmpp: Xmpp = Xmpp()
    sounds: Sounds = Sounds()
    block: Block = Block()
    ddis: Ddis = Ddis()
    chats: Chats = Chats()
    refunds: Refunds = Refunds()
    gateways: Gateways = Gateways()
    invoices: Invoices = Invoices()
    vault: VaultSettings = VaultSettings()
    users: Users = Users()
    lock: Lock = Lock()
    audit: Audit = Audit()
    archive: Archive = Archive()
    operator: str = setting("", readers.text(), "operator's login; empty uses your login on this host")
    theme: str = setting("auto", readers.one_of(*theme_names()), "colour theme; auto detects the terminal's background")
    mouse: bool = setting(True, readers.flag(), "false leaves the mouse to the terminal")
    ascii: bool = setting(False, readers.flag(), "true draws with ASCII characters only")
    default_country: str = setting("GB", readers.country(), "country of numbers typed without a country code")
    locale: str = setting("", readers.locale(), "locale for amounts, such as de_DE; empty uses this host's locale")
    timezone: str = setting("", readers.zone(), "time zone for times on screen; empty uses this host's")
    log_level: str = setting(
        "info", readers.one_of("debug", "info", "warning", "error"), "lowest level written to the log file"
    )
    development: bool = setting(
        False, readers.flag(), "true keeps TEXTUAL_* variables and allows connecting as the database's owner"
    )
    keys: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({}), metadata={"about": "custom keys, by action ID"}
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
    """A URL to show: its passwords are replaced by three stars."""
    shown = re.sub(r"(://[^:/@\s]*):.*@", r"\1:***@", url)  # to the last @: a password may hold one
    return re.sub(r"(?i)([?&](?:password|sslpassword)=)[^&]*", r"\1***", shown)
