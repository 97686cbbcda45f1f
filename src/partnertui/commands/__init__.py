"""The commands: each is a module of this package that implements Command."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings

COMMANDS = {
    "demo": "build demo data and open it",
    "migrate": "upgrade the database schema",
    "trace": "read captures: list their calls, or explain why one failed",
    "sync": "import finished calls from Kamailio and Asterisk as CDRs, and write users to the switch",
    "ledger": "check that every customer's ledger adds up",
    "rate": "charge calls that had no price, or re-rate calls after a price correction",
    "hep": "receive HEP messages from Kamailio and Asterisk, for traces without Homer",
    "siptest": "send SIP OPTIONS to phones or servers and explain the responses",
    "mtr": "probe the path to a host hop by hop and explain the result",
    "import": "import rates, numbers, customers or users from a CSV file",
    "export": "write a screen's rows to a file",
    "renew": "renew recurring basket items that are due",
    "wake": "wake tickets whose snooze has ended or whose awaited event has happened",
    "incidents": "find failures that share a cause: a carrier, prefix, network, phone model or server",
    "bundle": "write all of a ticket's evidence to one encrypted file, or unpack it",
    "invoice": "issue a transaction's invoice or credit note and write it to a file, or check such a file",
    "sounds": "write a customer's sound to standard output, using a single-use token",
    "doctor": "check that everything partnertui needs is in place",
    "metrics": "print the services' metrics for Prometheus, write them to a file or serve them",
    "settings": "print a sample settings file with every setting",
    "shot": "render a screen without a terminal",
    "screens": "list the screens",
    "keymap": "print every key and what it does, as in docs/keys.md",
    "mail": "turn incoming mail into tickets and send replies, as a service or once",
    "refunds": "list open refunds, and ask the gateways about those with an unknown outcome",
    "chats": "destroy the text of chats whose retention period has ended",
    "operators": "add, list, disable and unlock operators, and set their passwords",
    "audit": "verify that history is complete, export it, or show a record as of a given time",
    "privacy": "export everything about a customer, or erase everything that needn't be kept by law",
    "archive": "write past months' calls to Parquet files",
    "maintain": "delete records past their retention period, create partitions, tidy the database",
    "servers": "keep past months' calls on other PostgreSQL servers, partner by partner",
    "keys": "create, show or rotate the keys that encrypt drafts, chats and secrets",
    "verdicts": "print all verdicts on calls, as in docs/trace.md",
    "guide": "write the user guide with a picture of every screen",
}


DEVELOPER_ARGUMENTS = frozenset({"migrate", "guide", "--check"})
"""Arguments of developers' commands, which show the traceback of an unexpected error."""


class Command(Protocol):
    """A command's module."""

    def arguments(self, parser: ArgumentParser) -> None:
        """Declares the command's arguments."""

    def run(self, args: Namespace, settings: Settings, folders: Folders) -> int:
        """Runs the command; returns the exit code. Raises UserError."""


def load_command(name: str) -> Command:
    """Imports the module of a command; an empty name stands for opening the program."""
    command: Command = import_module(f"partnertui.commands.{name or 'open_app'}")
    return command
