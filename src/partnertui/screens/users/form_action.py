"""Adds and edits a user in a form; generated passwords are shown after saving."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from partnertui.db.users import Credentials, add_user, edit_user
from partnertui.domain.drafts import DraftOf
from partnertui.domain.extensions import read_feature_codes
from partnertui.domain.passwords import check_password, generate_password, generate_sip_password, hash_password
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Form, Values, ask_form
from partnertui.screens.shared.customer_scope import with_customer
from partnertui.screens.users.form import GENERATE, TABS, TYPED, fields
from partnertui.screens.users.secret_dialog import Secret, show_secrets
from partnertui.screens.users.sip_password_vault import users_vault

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.domain.extensions import Holder
    from partnertui.kit.declare.actions import ActionContext, Services
    from partnertui.kit.declare.form import MutableValues


def add(context: ActionContext) -> None:
    """Adds a user to the customer that the list is narrowed to, or to one that is asked for."""
    with_customer(context, lambda found: _ask(context, UserForm(context.services, found.record_id, found.name)))


def edit(context: ActionContext) -> None:
    """Edits the user under the cursor."""
    row = context.row or {}
    company, name = str(row["customer"] or ""), str(row["name"])
    _ask(context, UserForm(context.services, row["customer_id"], company, row["id"], name))


def _ask(context: ActionContext, form: UserForm) -> None:
    def show(saved: Saved) -> None:
        if saved.is_new:
            context.services.open(Location("users", saved.user_id))
        else:
            context.refresh_rows()
        if saved.secrets:
            has_login = form.values.get("password_mode") == GENERATE
            heading = "Write this down: the login password is shown only once" if has_login else "New SIP password"
            show_secrets(context.services, heading, saved.secrets)

    ask_form(context.services, form.declare(), show)


@dataclass(frozen=True)
class Saved:
    """A user that was saved, and what was generated for it."""

    user_id: int
    is_new: bool
    secrets: tuple[Secret, ...] = field(repr=False)


@dataclass
class UserForm:
    """One opened form. What it generates is generated once, so that a second try to save stores the same."""

    services: Services
    customer_id: int
    company: str = ""
    user_id: int | None = None
    name: str = ""
    password: str = field(default_factory=generate_password, repr=False)
    sip_password: str = field(default_factory=generate_sip_password, repr=False)
    credentials: Credentials | None = field(default=None, repr=False)
    values: Values = field(default_factory=dict, repr=False)

    def declare(self) -> Form:
        """The form."""
        is_new = self.user_id is None
        company = f" to {one_line(self.company, 40)}" if self.company else ""
        return Form(
            f"Add a user{company}" if is_new else f"User {self.user_id}: {one_line(self.name)}",
            fields(self.customer_id, is_new=is_new),
            write=self.write,
            load=self.load,
            prepare=self.prepare,
            after=self.after,
            tabs=TABS,
            saved="Saved.",
            draft=DraftOf("users", self.user_id or 0, f"edit of {self.customer_id}" if is_new else "edit"),
            start="name",
            preview=self.preview if is_new else None,
        )

    def load(self, connection: Connection) -> Values:
        """The stored values, or those to begin with."""
        from partnertui.db.users import load_user, new_user_values  # the mapped models, as everywhere below

        operator = self.services.operator
        if self.user_id is not None:
            return load_user(connection, self.user_id)
        assert operator is not None
        domain = self.services.settings.kamailio.domain
        return new_user_values(connection, self.customer_id, operator, self.codes, sip_domain=domain)

    @property
    def codes(self) -> list[Holder]:
        """The feature codes of the platform."""
        return read_feature_codes(self.services.settings.users.feature_codes)

    def preview(self, values: Values) -> str:
        """What saving does."""
        if self.services.settings.kamailio.subscribers == "write":
            return "Adds the user here, then on the switch."
        return "Adds the user here only: kamailio.subscribers is off."

    def prepare(self, values: Values) -> MutableValues:
        """Judges and hashes the password, and opens the vault: nothing that a transaction should wait for."""
        mode = values.get("password_mode")
        password = str(values["password"]) if mode == TYPED else self.password if mode == GENERATE else None
        if password is not None and mode == TYPED:
            check_password(password, (str(values.get("company") or ""), str(values["email"]), str(values["name"])))
        is_new_account = self.user_id is None or bool(values.get("new_sip_password"))
        self.credentials = Credentials(
            users_vault(self.services),
            self.sip_password if is_new_account else None,
            hash_password(password) if password is not None else None,
        )
        # From here on the hash alone is needed, so the typed password isn't kept any longer.
        self.values = {name: value for name, value in values.items() if name != "password"}
        return dict(self.values)

    def write(self, unit: UnitOfWork, values: Values, seen: Values) -> int:
        """Stores the user."""
        assert self.credentials is not None
        if self.user_id is not None:
            return edit_user(unit, self.user_id, values, seen, self.credentials, codes=self.codes)
        domain = self.services.settings.kamailio.domain
        return add_user(unit, self.customer_id, values, self.credentials, codes=self.codes, sip_domain=domain)

    def after(self, user_id: int) -> Saved:
        """What is shown once."""
        found = []
        if self.values.get("password_mode") == GENERATE:
            found = [Secret("User name", str(self.values["email"])), Secret("Password", self.password)]
        if self.user_id is not None and self.credentials is not None and self.credentials.sip_password is not None:
            found += [
                Secret("SIP user name", str(self.values["sip_username"])),
                Secret("SIP password", self.sip_password),
            ]
        return Saved(user_id, self.user_id is None, tuple(found))
