"""Services without screens or a database, and a customer's form, for the tests of dialogs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from textual.app import App

from partnertui.config import Folders, Settings
from partnertui.domain.errors import DomainError
from partnertui.kit.declare import kinds
from partnertui.kit.declare.catalog import Catalog
from partnertui.kit.declare.drag_and_drop import Board, Item, Slot
from partnertui.kit.shell.services_setup import make_services
from partnertui.kit.views.form import Field, Form, Option
from partnertui.kit.views.form.form_dialog import FormDialog


class Status(StrEnum):
    TRIAL = "trial"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    BLOCKED = "blocked"


class Shelf:
    """Stands for a database: rows are read in the job's thread, and it is noted in which."""

    def __init__(self) -> None:
        self.threads: list[str] = []

    def read(self, work: Callable[[Any], Any], **named: Any) -> Any:
        self.threads.append(threading.current_thread().name)
        return work(None)

    def close(self) -> None:
        """No-op."""


class FormApp(App[None]):
    """An empty screen with services."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, folder: Path, theme: str = "dark") -> None:
        super().__init__()
        self.animation_level = "none"
        self.services = make_services(self, Settings(theme=theme), Folders.inside(folder), Catalog({}))
        self.shelf = Shelf()
        self.services.opened_database = self.shelf  # type: ignore[assignment]
        self.said: list[tuple[str, str]] = []
        self.services.message_line = lambda text, role: self.said.append((text, role))
        self.register_theme(self.services.palette.textual())
        self.theme = f"partnertui-{self.services.palette.name}"
        self.answers: list[Any] = []

    def open_form(self, form: Form) -> FormDialog:
        dialog = FormDialog(self.services, form)
        self.push_screen(dialog, self.answers.append)
        return dialog


LISTS = (
    Item(1, "UK calls 2026", "calls"),
    Item(2, "EU calls 2026", "calls"),
    Item(3, "Standard DDIs", "ddis"),
    Item(4, "Standard products", "products"),
)


def only(kind: str) -> Callable[[Item], str]:
    """Refuses every other kind of price list."""
    return lambda item: "" if item.detail == kind else f"only a price list for {kind} goes here"


BOARD = Board(
    LISTS,
    (
        Slot("calls", "Outgoing calls", only("calls"), hint="needs a calls price list"),
        Slot("ddis", "DDIs", only("ddis"), hint="the provider's standard prices"),
        Slot("products", "Products", only("products"), hint="the provider's standard prices"),
    ),
    items_title="Price lists",
)
TABS = ("Company", "Billing address", "VAT", "Price lists", "Status and plan", "Credit")


def vat(value: Any, values: Mapping[str, Any]) -> str:
    return "" if str(value).startswith(str(values.get("country"))) else "This VAT number is not of that country."


def customer_form(
    save: Callable[[dict[str, Any]], Any], load: Callable[[Any], Mapping[str, Any]] | None = None
) -> Form:
    return Form(
        "Customer 42: Acme Ltd",
        (
            Field("company", required=True, help="The name on invoices."),
            Field("contact"),
            Field("email", title="E-mail", required=True, help="Invoices and password links go here."),
            Field("phone", kinds.Number()),
            Field("partner_id", kinds.Integer(), title="Partner", pick=lambda services, then: then(Option(7, "North"))),
            Field("notes", kinds.TextBlock(), rows=4, help="Seen by agents only."),
            Field("street", tab="Billing address"),
            Field("country", kinds.Country(), tab="Billing address", required=True),
            Field(
                "vat",
                title="VAT number",
                tab="VAT",
                check=vat,
                required=lambda values: values["country"] == "DE",
                help="Required in the European Union; checked as you save.",
            ),
            Field("lists", title="Price lists", tab="Price lists", board=BOARD, rows=14),
            Field("status", kinds.Choice(Status), tab="Status and plan", required=True),
            Field(
                "trial_days",
                kinds.Integer(minimum=0),
                tab="Status and plan",
                unit="days",
                width=10,
                shown=lambda values: values["status"] == Status.TRIAL,
            ),
            Field("unlimited", kinds.Flag(), tab="Status and plan"),
            Field("credit_limit", kinds.Money(), tab="Credit", unit=lambda values: values["currency"], width=16),
            Field("password", secret=True, tab="Credit"),
            Field("created", kinds.Text(), tab="Credit", fixed=True),
        ),
        save,
        load=load,
        tabs=TABS,
        saved="Customer 42 is saved.",
    )


ACME = {
    "company": "Acme Ltd",
    "contact": "Ann Lee",
    "email": "ann@acme.example",
    "phone": "442079460000",
    "partner_id": 3,
    "partner_id_label": "South",
    "country": "GB",
    "status": Status.ACTIVE,
    "currency": "EUR",
    "credit_limit": 50_000_000,
    "lists": {"calls": (1,)},
    "created": "2026-01-05",
    "unlimited": False,
    "version": 4,
}


def refuse(error: Exception) -> Callable[[dict[str, Any]], Any]:
    """A save that fails."""

    def save(values: dict[str, Any]) -> Any:
        raise error

    return save


TAKEN = DomainError("This e-mail belongs to customer 17", field="email", advice="Use another one.")
