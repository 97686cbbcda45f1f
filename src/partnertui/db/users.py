"""Adds and edits customers' users; one unit of work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from partnertui.db.extension_holders import read_holders
from partnertui.db.models import Customer, Ddi, Product, User
from partnertui.db.models.base import table_of
from partnertui.db.rows.type_aliases import Row, RowDict
from partnertui.db.sip_passwords import set_sip_password
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.extensions import Holder, next_free, require_free
from partnertui.domain.operators import Operator, Role
from partnertui.domain.pbx_enums import DdiState, TargetType
from partnertui.domain.phone_numbers import format_number
from partnertui.vault.sealed_values import Vault

FORM_COLUMNS = (
    "name",
    "email",
    "extension",
    "product_id",
    "role",
    "state",
    "language",
    "time_zone",
    "voicemail_enabled",
    "call_recording",
    "international_calls",
    "call_waiting",
    "ring_time",
    "caller_id_number",
    "location_id",
    "mobile",
    "department",
    "job_title",
)
"""Columns that the form edits."""
MOST_NUMBERS = 2000
"""Numbers that a caller ID is chosen of."""


@dataclass(frozen=True)
class Credentials:
    """What a new or changed user is given; its repr shows nothing. None leaves the password as it is."""

    vault: Vault
    sip_password: str | None = None
    password_hash: str | None = None

    def __repr__(self) -> str:
        return "Credentials()"


def new_user_values(
    connection: Connection, customer_id: int, operator: Operator, codes: Iterable[Holder], *, sip_domain: str = ""
) -> RowDict:
    """What the form for a new user begins with: the next free extension, the first licence, the customer's language.

    sip_domain: for a customer who has none. Raises DomainError if there is no such customer, or it is another
    partner's, or its users would have no SIP domain: before anything is typed.
    """
    columns = (Customer.company, Customer.sip_domain, Customer.language, Customer.time_zone, Customer.partner_id)
    customer = connection.execute(select(*columns).where(Customer.id == customer_id)).mappings().first()
    if customer is None or (operator.role == Role.PARTNER and customer["partner_id"] != operator.partner_id):
        raise DomainError("There is no such customer.", advice="Choose another one.")
    _require_sip_domain(customer["sip_domain"] or sip_domain)
    licences = select(Product.id).where(Product.is_user_licence, Product.enabled).order_by(Product.id).limit(1)
    return {
        **customer,
        "extension": next_free([*read_holders(connection, customer_id), *codes]),
        "product_id": connection.scalar(licences),
        "numbers": [],
    }


def load_user(connection: Connection, user_id: int) -> RowDict:
    """The values of the edit form, with `version`, the company and the user's numbers. Raises DomainError if gone."""
    table = table_of(User)
    columns = [table.c[name] for name in (*FORM_COLUMNS, "customer_id", "sip_username", "sip_domain", "version")]
    query = select(*columns, Customer.company).join(Customer, Customer.id == table.c.customer_id)
    row = connection.execute(query.where(table.c.id == user_id, table.c.removed_at.is_(None))).mappings().first()
    if row is None:
        raise DomainError("This user was removed.")
    numbers = numbers_of(connection, user_id)
    has_ddis = bool(customer_numbers(connection, row["customer_id"]))
    shown = ", ".join(map(format_number, numbers))
    return {**row, "numbers": numbers, "ddis": shown, "customer_has_ddis": has_ddis}


def numbers_of(connection: Connection, user_id: int) -> list[str]:
    """The numbers that ring a user."""
    query = select(Ddi.number).where(Ddi.route_type == TargetType.USER, Ddi.target_id == user_id)
    return list(connection.scalars(query.order_by(Ddi.number)))


def customer_numbers(connection: Connection, customer_id: int) -> list[str]:
    """The active numbers of a customer, of which a caller ID can be chosen."""
    query = select(Ddi.number).where(Ddi.customer_id == customer_id, Ddi.state == DdiState.ACTIVE)
    return list(connection.scalars(query.order_by(Ddi.number).limit(MOST_NUMBERS)))


def add_user(
    work: UnitOfWork,
    customer_id: int,
    values: Row,
    credentials: Credentials,
    *,
    codes: Iterable[Holder],
    sip_domain: str = "",
) -> int:
    """Adds a user with a SIP account; returns its ID.

    sip_domain: for a customer who has none. Raises RowDeleted if there is no such customer, or it is another partner's;
    DomainError for an extension or e-mail address that is in use.
    """
    customer = work.get(Customer, customer_id, lock=True)  # so that nobody takes the same extension meanwhile
    entered = {name: values[name] for name in FORM_COLUMNS if name in values}
    _require_free_extension(work, customer_id, entered.get("extension"), codes, 0)
    entered["email"] = entered["email"].lower()  # a user name is the same however it is written
    _require_free_email(work, entered["email"], 0)
    domain = customer.sip_domain or sip_domain
    _require_sip_domain(domain)
    user = User(
        **entered,
        customer_id=customer_id,
        sip_username=_free_username(work, customer_id, str(entered.get("extension") or "")),
        sip_domain=domain,
        password_hash=credentials.password_hash,
    )
    work.add(user)
    _flush(work)
    if credentials.sip_password is not None:
        set_sip_password(work, user, credentials.vault, credentials.sip_password)
    return user.id


def edit_user(
    work: UnitOfWork, user_id: int, values: Row, seen: Row, credentials: Credentials, *, codes: Iterable[Holder]
) -> int:
    """Changes what differs from the values that the agent saw; returns the ID.

    Raises as `add_user` does, and ConcurrentChange if it was changed since.
    """
    user = work.get(User, user_id, version=seen["version"])
    changed = {name: values[name] for name in FORM_COLUMNS if name in values and values[name] != seen.get(name)}
    if changed.get("extension"):
        work.get(Customer, user.customer_id, lock=True)
        _require_free_extension(work, user.customer_id, changed["extension"], codes, user_id)
    if "email" in changed:
        changed["email"] = changed["email"].lower()
        _require_free_email(work, changed["email"], user_id)
    work.change(user, seen, changed)
    if credentials.password_hash is not None:
        user.password_hash = credentials.password_hash
    if credentials.sip_password is not None:
        set_sip_password(work, user, credentials.vault, credentials.sip_password)
    _flush(work)
    return user_id


def _require_sip_domain(domain: str) -> None:
    if not domain:
        raise DomainError("This customer has no SIP domain.", advice="Set kamailio.domain in the settings.")


def _require_free_extension(
    work: UnitOfWork, customer_id: int, extension: str | None, codes: Iterable[Holder], user_id: int
) -> None:
    if extension:
        holders = [*read_holders(work.session.connection(), customer_id), *codes]
        require_free(extension, holders, user_id=user_id)


def _require_free_email(work: UnitOfWork, email: str, user_id: int) -> None:
    """Raises DomainError if another user has the address; staff are told who."""
    query = select(User.name, User.partner_id, Customer.company).join(Customer, Customer.id == User.customer_id)
    found = work.session.execute(query.where(func.lower(User.email) == email.lower(), User.id != user_id)).first()
    if found is None:
        return
    if work.operator.role == Role.PARTNER and found.partner_id != work.operator.partner_id:
        raise email_taken()
    raise DomainError(
        f"This address is already {found.name}'s user name at {found.company}.",
        field="email",
        advice="Every user needs their own address.",
    )


def email_taken() -> DomainError:
    """The refusal that says nothing about whose the address is, or whether it is anybody's."""
    text = "This e-mail address can't be a user name."
    return DomainError(text, field="email", advice="Use another address for this user.")


def _free_username(work: UnitOfWork, customer_id: int, extension: str) -> str:
    """The customer and the extension, which no other customer has; numbered if an earlier user has it still."""
    first = f"{1000 + customer_id}-{''.join(filter(str.isdigit, extension)) or 'x'}"
    query = select(User.sip_username).where(User.sip_username.startswith(first, autoescape=True))
    taken = set(work.session.scalars(query))
    return next(name for name in (first, *(f"{first}-{n}" for n in range(2, 10_000))) if name not in taken)


def _flush(work: UnitOfWork) -> None:
    """Stores what was changed; a name that only the database knows to be taken is refused without saying whose."""
    try:
        work.session.flush()
    except IntegrityError as error:
        if "email" in str(error.orig):
            raise email_taken() from None
        raise
