"""Actions that add, edit and delete mailboxes and replace their secret, and the fields of their form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.mailbox_settings import Security, SignInKind
from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.declare.kinds import Choice, Flag, Integer
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, Values, ask_form
from partnertui.screens.shared.partner_options import partners
from partnertui.screens.shared.settings_list_actions import ADMIN, EditedList

if TYPE_CHECKING:
    from partnertui.db.unit_of_work import UnitOfWork


def _by_token(values: Values) -> bool:
    return values.get("sign_in") == SignInKind.OAUTH2


FIELDS = (
    Field("name", required=True, help="The sender name customers see."),
    Field("address", required=True, help="Replies are sent from this address."),
    Field("imap_host", title="IMAP server", help="Empty if no mail is received."),
    # The ports of TLS from the first byte, which RFC 8314, section 3, prefers to STARTTLS.
    Field("imap_port", Integer(minimum=1), title="IMAP port", width=8, default=993, required=True),
    Field("imap_security", Choice(Security), title="IMAP encryption", default=Security.TLS, required=True),
    Field("folder", default="INBOX", required=True, help="The folder to read; nothing in it is changed."),
    Field("smtp_host", title="SMTP server", help="Empty if no mail is sent."),
    Field("smtp_port", Integer(minimum=1), title="SMTP port", width=8, default=465, required=True),
    Field("smtp_security", Choice(Security), title="SMTP encryption", default=Security.TLS, required=True),
    Field("login", help="For both servers; empty if SMTP needs none."),
    Field("sign_in", Choice(SignInKind), title="Authentication", default=SignInKind.PASSWORD, required=True),
    Field(
        "token_url",
        title="Token URL",
        shown=_by_token,
        required=_by_token,
        help="For oauth2: the URL that issues access tokens.",
    ),
    Field("client_id", title="Client ID", shown=_by_token, required=_by_token, help="For oauth2."),
    Field(
        "copies_to",
        title="Blind copies to",
        help="Gets a blind copy of every reply. It must arrive in one of these mailboxes, as proof of sending.",
    ),
    Field(
        "partner_id",
        title="Partner",
        load_choices=partners,
        help="Only for this partner's customers; empty for our own.",
    ),
    Field("enabled", Flag(), default=True, help="Only enabled mailboxes receive and send mail."),
)


def replace_secret(context: ActionContext) -> None:
    """Asks for another password or refresh token."""
    services, row = context.services, context.row or {}

    def write(unit: UnitOfWork, values: Values, seen: Values) -> int:
        from partnertui.db.mail.mailboxes import set_secret  # the mapped models, at the first use
        from partnertui.db.vault_data_keys import open_vault
        from partnertui.vault.errors import VaultError

        embedded = services.settings.database_url == services.folders.database_url
        vault = open_vault(services.database, services.settings.vault, services.folders.data, create=embedded)
        if vault is None:
            raise VaultError("There is no key to encrypt the secret with.", "Run “partnertui keys init”.")
        set_secret(unit, row["id"], vault, str(values["secret"]))
        return int(row["id"])

    is_token = row["sign_in"] == SignInKind.OAUTH2
    words = (
        "The refresh token; if there is a client secret, add it after a space."
        if is_token
        else "The password of the mailbox's login."
    )
    title = "Refresh token" if is_token else "Password"
    field = Field(
        "secret", title=title, required=True, secret=True, help=f"{words} Stored encrypted; it can't be shown here."
    )
    form = Form(f"Replace the secret for {one_line(row['address'], 60)}", (field,), write=write, saved="Saved.")
    ask_form(services, form, lambda found: context.refresh_rows())


ACTIONS = (
    *EditedList("mailboxes", "mailbox", "MAILBOXES", FIELDS, lambda row: row["address"], roles=ADMIN).actions(),
    Action(
        "mailboxes.replace",
        "Replace the password or token",
        replace_secret,
        ("tilde",),
        "secret",
        rows="one",
        roles=ADMIN,
        refuse=signed_in,
        group="Mailbox",
        about="encrypted with this host's keys; it can't be shown again",
    ),
)
