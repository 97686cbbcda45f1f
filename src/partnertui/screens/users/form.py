"""The user's form, for adding and editing: five tabs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from partnertui.domain.customer_and_user_enums import UserRole, UserState
from partnertui.domain.default_language import DEFAULT_LANGUAGE
from partnertui.domain.extensions import read_extension
from partnertui.kit.declare.kinds import Choice, Email, Flag, Integer, Number
from partnertui.kit.views.form import Field, Option, Values

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.kit.declare.form import Choices

TABS = ("Product", "General", "Features", "Security", "Contact")
PRODUCT, GENERAL, FEATURES, SECURITY, CONTACT = TABS
GENERATE, TYPED, KEEP = "generate", "typed", "keep"
_GENERATE = Option(GENERATE, "generated, shown once")
_TYPED = Option(TYPED, "entered below")


LONGEST_RING = 300


def licences(connection: Connection) -> Sequence[Option]:
    """User licences to choose from."""
    from partnertui.db.models import Product  # the mapped models, which the first frame doesn't need

    rows = select(Product.id, Product.name).where(Product.is_user_licence, Product.enabled).order_by(Product.name)
    return [Option(None, "none"), *(Option(row.id, row.name) for row in connection.execute(rows))]


def is_typed(values: Values) -> bool:
    """Whether the log-in password is typed."""
    return values.get("password_mode") == TYPED


def no_number(values: Values) -> str:
    """Why there is no caller ID to choose yet."""
    if not values.get("version"):
        return "available after saving, if there is a DDI"
    return "" if values.get("customer_has_ddis") else "available once the customer has a DDI"


def no_numbers_yet(values: Values) -> str:
    """Why there is no DDI to show."""
    if values.get("numbers"):
        return ""
    if values.get("version"):
        return "none: route them on the DDIs screen"
    return "route them on the DDIs screen after saving"


def fields(customer_id: int, *, is_new: bool) -> tuple[Field, ...]:
    """The fields for a user of a customer."""

    def locations(connection: Connection) -> Sequence[Option]:
        from partnertui.db.models import DialLocation  # as above

        rows = select(DialLocation.id, DialLocation.name, DialLocation.city)
        own = rows.where(DialLocation.customer_id == customer_id).order_by(DialLocation.name)
        return [Option(None, "none"), *(Option(row.id, row.name, row.city or "") for row in connection.execute(own))]

    def numbers(connection: Connection) -> Sequence[Option]:
        from partnertui.db.users import customer_numbers  # as above
        from partnertui.domain.phone_numbers import format_number  # 90 ms of phonenumbers

        found = customer_numbers(connection, customer_id)
        return [Option(None, "the customer's"), *(Option(number, format_number(number)) for number in found)]

    return (
        Field("product_id", tab=PRODUCT, title="Product", load_choices=licences, help="The licence that is billed."),
        *_general(is_new, numbers),
        *_features(),
        *_security(is_new),
        Field("mobile", Number(), tab=CONTACT),
        Field("department", tab=CONTACT),
        Field("job_title", tab=CONTACT),
        Field("language", tab=CONTACT, default=DEFAULT_LANGUAGE, width=8),
        Field("time_zone", tab=CONTACT, default="UTC", width=30),
        Field("location_id", tab=CONTACT, title="Location", load_choices=locations, help="For emergency calls."),
    )


def _general(is_new: bool, numbers: Choices) -> tuple[Field, ...]:
    made = "formed from the customer's ID and the extension" if is_new else ""
    return (
        Field("name", tab=GENERAL, required=True),
        Field("email", Email(), tab=GENERAL, title="E-mail", required=True, help="Also the user name for logging in."),
        Field(
            "extension",
            tab=GENERAL,
            width=12,
            required=True,
            parse=lambda typed, values: read_extension(typed),
            proposed=True,
            help="Users, ring groups, IVRs, conferences and feature codes share one numbering plan.",
        ),
        Field("role", Choice(UserRole), tab=GENERAL, required=True, default=UserRole.USER),
        Field("state", Choice(UserState), tab=GENERAL, required=True, default=UserState.ACTIVE),
        Field("ddis", tab=GENERAL, title="DDIs", fixed=True, unavailable=no_numbers_yet),
        Field(
            "caller_id_number",
            Number(),
            tab=GENERAL,
            title="Caller ID",
            load_choices=numbers,
            unavailable=no_number,
            help="The number shown on this user's calls: one of the customer's DDIs.",
        ),
        Field("sip_username", tab=GENERAL, title="SIP user name", fixed=True, unavailable=made),
    )


def _ring_time(seconds: int, values: Values) -> str:
    return "" if seconds <= LONGEST_RING else f"At most {LONGEST_RING} seconds: callers will have hung up by then."


def _features() -> tuple[Field, ...]:
    return (
        Field("voicemail_enabled", Flag(), tab=FEATURES, title="Voicemail", default=True),
        Field("call_waiting", Flag(), tab=FEATURES, default=True),
        Field("call_recording", Flag(), tab=FEATURES, default=False),
        Field("international_calls", Flag(), tab=FEATURES, default=True),
        Field(
            "ring_time",
            Integer(minimum=5),
            tab=FEATURES,
            default=30,
            width=8,
            unit="s",
            required=True,
            check=_ring_time,
        ),
    )


def _security(is_new: bool) -> tuple[Field, ...]:
    choices = (_GENERATE, _TYPED) if is_new else (Option(KEEP, "unchanged"), _GENERATE, _TYPED)
    made = "generated on saving; shown on request" if is_new else ""
    return (
        Field(
            "password_mode",
            tab=SECURITY,
            title="Login password",
            choices=choices,
            required=True,
            default=choices[0].value,
            help="Stored as an argon2id hash: nobody can read it afterwards.",
        ),
        Field(
            "password",
            tab=SECURITY,
            secret=True,
            shown=is_typed,
            required=is_typed,
            help="At least 10 characters that are hard to guess; checked on saving.",
        ),
        Field(
            "new_sip_password",
            Flag(),
            tab=SECURITY,
            title="SIP password" if is_new else "New SIP password",
            default=False,
            unavailable=made,
            help="Generates a new password; the phone can't register until the new one is entered.",
        ),
        Field(
            "two_factor",
            Flag(),
            tab=SECURITY,
            title="Two-factor login",
            unavailable="the user turns it on after the first login",
        ),
    )
