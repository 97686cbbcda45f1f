"""Actions that add, edit and delete partners and their logo (admins only), and the fields of their form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from partnertui.db.models import Partner
from partnertui.domain.drafts import DraftOf
from partnertui.domain.errors import DomainError
from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.declare.kinds import Country, Email, Flag
from partnertui.kit.views.form import Field, Form, Values, ask_form
from partnertui.screens.shared.settings_list_actions import ADMIN, EditedList

if TYPE_CHECKING:
    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.kit.declare.form import MutableValues

FIELDS = (
    Field("name", required=True, help="As registered: the seller's name on invoices."),
    Field("street"),
    Field("postcode", width=12),
    Field("city"),
    Field("country", Country(), help="A code or a name; determines the VAT rules."),
    Field("vat_number", title="VAT number", width=20, help="Required on every invoice."),
    Field("registration", help="Company register and number, printed in the footer."),
    Field(
        "invoice_prefix",
        title="Number prefix",
        width=16,
        help="NW gives NW-INV-2026-000001; must be unique to this seller.",
    ),
    Field("bank_name", title="Bank"),
    Field("iban", title="IBAN", help="The IBAN, or another account number."),
    Field("bic", title="BIC", width=14),
    Field("email", Email(), title="E-mail"),
    Field("phone"),
    Field("enabled", Flag(), default=True),
)


def _content(values: Values) -> MutableValues:
    """The picture in the file that was typed, checked."""
    from partnertui.atomic_files import read_regular
    from partnertui.invoices.logo_check import checked_logo

    path = Path(str(values["file"]).strip()).expanduser()
    try:
        return {**values, "content": checked_logo(read_regular(path))}
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "that isn't a file name"
        raise DomainError(f"{path} can't be read: {reason}.", field="file") from None
    except DomainError as error:
        raise DomainError(error.message, error.advice, field="file") from None


def replace_logo(context: ActionContext) -> None:
    """Asks for a PNG or JPEG, which is printed on documents issued from now on."""
    row = context.row or {}

    def write(unit: UnitOfWork, values: Values, seen: Values) -> None:
        from partnertui.db.invoices.sellers import keep_logo

        partner = unit.get(Partner, row["id"], lock=True)
        partner.logo_id = keep_logo(unit.session.connection(), values["content"])

    form = Form(
        f"Logo for {row['name']}",
        (Field("file", required=True, help="PNG or JPEG, 300 kB at most. ~ is your home folder."),),
        write=write,
        prepare=_content,
        saved="Saved; documents issued from now on will show it.",
        draft=DraftOf("partners", row["id"], "logo"),
    )
    ask_form(context.services, form, lambda found: context.refresh_rows())


ACTIONS = (
    *EditedList("partners", "partner", "PARTNERS", FIELDS, lambda row: str(row["name"]), ADMIN).actions(),
    Action(
        "partners.replace-logo",
        "Logo",
        replace_logo,
        rows="one",
        roles=ADMIN,
        refuse=signed_in,
        group="Partner",
        about="shown on documents issued from then on",
    ),
)
