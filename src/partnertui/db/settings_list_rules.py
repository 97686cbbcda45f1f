"""The rules of each settings list: what is checked before a row is saved or deleted."""

from __future__ import annotations

from sqlalchemy import select

from partnertui.db.models import (
    BusinessCalendar,
    CalendarDay,
    CannedResponse,
    CustomerPriceList,
    Mailbox,
    OperatorAccount,
    Partner,
    PhoneModel,
    PriceList,
    PriceListEntry,
    PricePlan,
    Product,
    RetentionRule,
    SlaTarget,
)
from partnertui.db.operator_access import database_roles
from partnertui.db.rows.type_aliases import Row, RowDict
from partnertui.db.settings_list_writes import RowRules
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.business_calendar_rules import checked_calendar, checked_day
from partnertui.domain.business_hours import WEEKDAYS
from partnertui.domain.canned_response_variables import checked_response
from partnertui.domain.errors import DomainError
from partnertui.domain.mailbox_settings import checked_mailbox
from partnertui.domain.operators import Role, checked_account
from partnertui.domain.partner_invoice_details import checked_partner
from partnertui.domain.phone_model_mac_prefixes import checked_model
from partnertui.domain.price_list_enums import PriceListKind
from partnertui.domain.price_lists import (
    checked_plan,
    checked_price,
    checked_price_list,
    checked_product,
    overlap,
)
from partnertui.domain.privacy.retention import require_lawful
from partnertui.domain.sla_targets import checked_target


def _same_price_list(unit: UnitOfWork, values: RowDict, key: int) -> None:
    """A list that is in use keeps its kind and currency: its prices would mean something else."""
    if not key:
        return
    stored = unit.session.execute(select(PriceList.kind, PriceList.currency).where(PriceList.id == key)).one()
    for name, title in (("kind", "type"), ("currency", "currency")):
        if values[name] == getattr(stored, name):
            continue
        for model, words in ((PriceListEntry, "the list has prices"), (CustomerPriceList, "customers use the list")):
            if unit.session.scalar(select(model.id).where(model.price_list_id == key).limit(1)) is not None:
                raise DomainError(
                    f"The {title} can't be changed: {words}.", "Add another price list instead.", field=name
                )


def _as_given(values: Row) -> RowDict:
    """The values of a price, whose rules need the kind of its list."""
    return dict(values)


def _one_target(unit: UnitOfWork, values: RowDict, key: int) -> None:
    """A priority has one target for each plan."""
    plan = values.get("price_plan_id")
    same = select(SlaTarget.id).where(SlaTarget.priority == values["priority"], SlaTarget.id != key)
    same = same.where(SlaTarget.price_plan_id.is_(None) if plan is None else SlaTarget.price_plan_id == plan)
    if unit.session.scalar(same.limit(1)) is not None:
        raise DomainError(
            "There is already an SLA target for this priority and plan.", "Edit that one.", field="priority"
        )


def _retention(unit: UnitOfWork, values: RowDict, key: int) -> None:
    require_lawful(unit.get(RetentionRule, key).kind, values["keep_days"])


def _price(unit: UnitOfWork, values: RowDict, key: int) -> None:
    # the list is locked, so that two agents don't give it the same prefix at the same time
    if values["price_list_id"] is None:
        raise DomainError("A price list is required.", "Choose one.", field="price_list_id")
    found = unit.get(PriceList, values["price_list_id"], lock=True)
    values.update(checked_price(values, PriceListKind(found.kind)))
    same = (PriceListEntry.price_list_id == found.id, PriceListEntry.id != key)
    if values["prefix"]:
        days = (PriceListEntry.name, PriceListEntry.valid_from, PriceListEntry.valid_to)
        others = unit.session.execute(select(*days).where(*same, PriceListEntry.prefix == values["prefix"])).mappings()
        taken = next((row["name"] for row in others if overlap(values, dict(row))), None)
        if taken is not None:
            advice = "Edit that one, or set validity dates for both that don't overlap."
            raise DomainError(f"“{taken}” already has this prefix in the list.", advice, field="prefix")
    if values["product_id"] is not None:
        product = PriceListEntry.product_id == values["product_id"]
        if unit.session.scalar(select(PriceListEntry.name).where(*same, product)) is not None:
            raise DomainError("The list already has a price for this product.", "Edit that one.", field="product_id")


def _operator(unit: UnitOfWork, values: RowDict, key: int) -> None:
    """Somebody stays admin, and the operator's PostgreSQL login gets the rights that the account has."""
    if values["role"] != Role.ADMIN or not values["enabled"]:
        _require_other_admin(unit, key, "role" if values["role"] != Role.ADMIN else "enabled")
    if key and unit.database.dialect == "postgresql":
        _follow_with_database_role(unit, values, key)


def _follow_with_database_role(unit: UnitOfWork, values: RowDict, key: int) -> None:
    columns = (OperatorAccount.login, OperatorAccount.role, OperatorAccount.enabled, OperatorAccount.database_role)
    stored = unit.session.execute(select(*columns).where(OperatorAccount.id == key)).one()
    if stored.database_role is None:
        return
    connection = unit.session.connection()
    if values["login"] != stored.login:
        raise DomainError("The login can't be changed: it is a database role.", "Add another operator.", field="login")
    if values["role"] != stored.role:
        database_roles.move(connection, stored.database_role, Role(stored.role), Role(values["role"]))
    if values["enabled"] != stored.enabled:
        database_roles.allow(connection, stored.database_role, allowed=values["enabled"])


def _not_the_last_admin(unit: UnitOfWork, key: int) -> None:
    if key == unit.operator.id:
        raise DomainError("Not deleted: this is your own account.", "Another admin can delete it.")
    _require_other_admin(unit, key, "role")
    role = unit.session.scalar(select(OperatorAccount.database_role).where(OperatorAccount.id == key))
    if role is not None and unit.database.dialect == "postgresql":
        database_roles.drop(unit.session.connection(), role)


def _require_other_admin(unit: UnitOfWork, key: int, field: str) -> None:
    """Raises DomainError if this is the last admin who can log in."""
    # all of them are locked in one order, so that two admins don't demote each other at the same time
    admins = select(OperatorAccount.id).where(OperatorAccount.role == Role.ADMIN, OperatorAccount.enabled)
    ids = set(unit.session.scalars(admins.order_by(OperatorAccount.id).with_for_update()))
    if ids == {key}:
        text = "This is the last admin: nobody would be left to manage operators."
        raise DomainError(text, "Make somebody else an admin first.", field=field)


def _own_prefix(unit: UnitOfWork, values: RowDict, key: int) -> None:
    """Two partners with one prefix would issue the same numbers."""
    same = (Partner.invoice_prefix == values["invoice_prefix"], Partner.id != key)
    if values["invoice_prefix"] and unit.session.scalar(select(Partner.id).where(*same)) is not None:
        raise DomainError("Another partner already has this prefix.", "Choose another one.", field="invoice_prefix")


PRICE_LISTS = RowRules(
    PriceList,
    "price list",
    ("name", "kind", "currency", "enabled"),
    checked_price_list,
    _same_price_list,
    parts=("price_list_entries",),
    advice="Disable it instead, so that it can no longer be chosen.",
)
PRICES = RowRules(
    PriceListEntry,
    "price",
    (
        "price_list_id",
        "name",
        "prefix",
        "country",
        "product_id",
        "per_minute",
        "per_call",
        "minimum_charge",
        "setup_fee",
        "monthly_fee",
        "first_seconds",
        "step_seconds",
        "unlimited",
        "valid_from",
        "valid_to",
    ),
    _as_given,
    _price,
    advice="Give them another price first.",
)
PRICE_PLANS = RowRules(
    PricePlan,
    "price plan",
    ("name", "period", "currency", "monthly_fee", "per_user_fee", "unlimited_minutes", "enabled"),
    checked_plan,
    advice="Disable it instead, so that it can no longer be chosen.",
)
PRODUCTS = RowRules(
    Product,
    "product",
    (
        "name",
        "code",
        "item_type",
        "category",
        "currency",
        "price",
        "period",
        "is_user_licence",
        "enabled",
        "description",
    ),
    checked_product,
    advice="Disable it instead, so that it can no longer be sold.",
)
PHONE_MODELS = RowRules(
    PhoneModel,
    "phone model",
    ("make", "model", "lines", "firmware", "ouis", "enabled"),
    checked_model,
    advice="Disable it instead, so that it can no longer be chosen.",
)
CANNED_RESPONSES = RowRules(
    CannedResponse, "canned response", ("name", "folder", "language", "subject", "body", "enabled"), checked_response
)
RETENTION = RowRules(RetentionRule, "retention rule", ("keep_days",), dict, _retention)
SLA_TARGETS = RowRules(
    SlaTarget,
    "SLA target",
    ("priority", "price_plan_id", "calendar_id", "first_answer_minutes", "solution_minutes", "warn_minutes"),
    checked_target,
    _one_target,
)
BUSINESS_CALENDARS = RowRules(
    BusinessCalendar,
    "calendar",
    ("name", "time_zone", *WEEKDAYS, "country", "subdivision"),
    checked_calendar,
    parts=("calendar_days",),
    advice="Give those targets another calendar first.",
)
CALENDAR_DAYS = RowRules(CalendarDay, "day", ("calendar_id", "day", "name", "hours"), checked_day)
OPERATORS = RowRules(
    OperatorAccount,
    "operator",
    ("login", "name", "email", "role", "partner_id", "enabled"),
    checked_account,
    _operator,
    _not_the_last_admin,
    parts=("failed_log_ins", "operator_sessions"),
    advice="Disable the account instead: its past actions keep its name.",
)
PARTNERS = RowRules(
    Partner,
    "partner",
    (
        "name",
        "street",
        "postcode",
        "city",
        "country",
        "vat_number",
        "registration",
        "invoice_prefix",
        "bank_name",
        "iban",
        "bic",
        "email",
        "phone",
        "enabled",
    ),
    checked_partner,
    _own_prefix,
    advice="Disable it instead: its issued documents are kept.",
)
MAILBOXES = RowRules(
    Mailbox,
    "mailbox",
    (
        "name",
        "address",
        "partner_id",
        "imap_host",
        "imap_port",
        "imap_security",
        "folder",
        "smtp_host",
        "smtp_port",
        "smtp_security",
        "login",
        "sign_in",
        "token_url",
        "client_id",
        "copies_to",
        "enabled",
    ),
    checked_mailbox,
    parts=("mailbox_states",),
    advice="Disable it instead, so that it no longer receives or sends mail.",
)
