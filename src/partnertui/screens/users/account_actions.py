"""Actions on a user's account: show or replace the SIP password, log in as the user, remove it, status log."""

from __future__ import annotations

from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select

from partnertui.db.idempotent_writes import commit_once
from partnertui.db.models import UserStatus
from partnertui.db.portal_login_links import LINK_VALID, create_login_link, end_login_links, hash_token, new_token
from partnertui.db.sip_passwords import open_sip_password, read_sealed, record_showing, replace_sip_password
from partnertui.db.user_removal import RemovalPreview, preview_removal, remove_user
from partnertui.domain.errors import DomainError
from partnertui.domain.passwords import generate_sip_password
from partnertui.errors import UserError
from partnertui.kit.declare.kinds import Time
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.unit_of_work_job import NOT_SIGNED_IN, run_unit_of_work
from partnertui.kit.widgets.record_lines import wrapped
from partnertui.kit.widgets.text_dialogs import Confirm, LinesDialog
from partnertui.screens.users.secret_dialog import Secret, show_secrets
from partnertui.screens.users.sip_password_vault import users_vault

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from partnertui.db.routed_here import Referrer
    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.kit.declare.actions import ActionContext, Services
    from partnertui.kit.declare.kinds import Row

T = TypeVar("T")
LOG_LINES = 200


def write_then(context: ActionContext, title: str, work: Callable[[UnitOfWork], T], then: Callable[[T], None]) -> None:
    """Runs a unit of work whose outcome isn't a sentence; `then` gets what it returned, once it is committed."""
    services, operator = context.services, context.operator

    def failed(error: UserError) -> None:
        services.notify(f"Couldn't {title}: {error} {error.advice}".strip(), "bad")

    def run() -> T:
        assert operator is not None
        return commit_once(services.database, operator, token_hex(16), work)

    def done(result: T) -> None:
        context.refresh_rows()
        then(result)

    if operator is None:
        failed(UserError(NOT_SIGNED_IN))
    else:
        services.jobs.write(title, run, done, failed)


def show_sip_password(context: ActionContext) -> None:
    """Records that the SIP password is asked for, then shows it."""
    row, services = context.row or {}, context.services

    def show(aor: str) -> None:
        def read(cancel: object, tell: object) -> str:
            vault = users_vault(services)
            sealed = services.database.read(lambda connection: read_sealed(connection, row["id"]))
            if sealed is None:
                raise DomainError("This user has no SIP password.", advice="Generate one.")
            return open_sip_password(vault, row["id"], sealed)

        def failed(error: UserError) -> None:
            services.notify(f"The SIP password can't be shown: {error} {error.advice}".strip(), "bad")

        services.jobs.long("SIP password", read, partial(_show_sip, services, aor), failed, shown=False)

    # Two transactions: what is shown is in the history, even if the second one fails.
    write_then(context, "show the SIP password", lambda unit: record_showing(unit, row["id"]), show)


def _show_sip(services: Services, aor: str, password: str) -> None:
    username, _, domain = aor.partition("@")
    found = (Secret("SIP domain", domain), Secret("SIP user name", username), Secret("SIP password", password))
    show_secrets(services, "SIP account", found, "Viewing it is recorded in the user's history.")


def new_sip_password(context: ActionContext) -> None:
    """Generates another SIP password after asking, and shows it."""
    row, services, password = context.row or {}, context.services, generate_sip_password()
    aor = str(row["aor"])

    def write(unit: UnitOfWork) -> None:
        replace_sip_password(unit, row["id"], users_vault(services), password)

    def confirmed(answer: object) -> None:
        write_then(context, "change the SIP password", write, lambda result: _show_sip(services, aor, password))

    text = f"Once the switch has it, {one_line(row['name'])}'s phone can no longer register with the old one."
    services.show_dialog(Confirm(services, "Generate a new SIP password?", text, "generate it"), confirmed)


def log_in(context: ActionContext) -> None:
    """Makes a link that logs the operator in as the user, shows it once and copies it."""
    row, services = context.row or {}, context.services
    token = new_token()
    link = f"{services.settings.users.login_url}{token}"

    def show(result: object) -> None:
        seconds = int(LINK_VALID.total_seconds())
        about = (
            f"Works once, within {seconds} seconds. Open it in a private window, "
            "and end the session here when you are done."
        )
        show_secrets(services, f"Log in as {one_line(row['name'])}", (Secret("Link", link),), about)
        services.copy(link, "the link")

    digest = hash_token(token)
    write_then(context, "log in as this user", lambda unit: create_login_link(unit, row["id"], digest), show)


def end_log_in(context: ActionContext) -> None:
    """Ends what the operator began as this user; the user's own sessions stay."""
    row = context.row or {}
    run_unit_of_work(
        context,
        "end the session",
        lambda unit: end_login_links(unit, row["id"]),
        "Ended: you are no longer logged in as this user. The user's own sessions continue.",
    )


def remove(context: ActionContext) -> None:
    """Shows what removing the user does; asks, unless calls are still routed to it."""
    row, services = context.row or {}, context.services
    name = one_line(row["name"])

    def shown(found: RemovalPreview) -> None:
        if found.routes:
            heading = f"{name} can't be removed yet"
            services.show_dialog(LinesDialog(services, heading, partial(route_lines, found)), services.open)
        else:
            question = Confirm(services, f"Remove {name}?", removal_text(row, found), "remove the user")
            services.show_dialog(question, confirmed)

    def confirmed(answer: object) -> None:
        work = partial(remove_user, user_id=row["id"], version=row["version"])
        run_unit_of_work(context, "remove the user", work, "User removed.")

    def work(connection: Connection) -> RemovalPreview:
        return preview_removal(connection, row["customer_id"], row["id"])

    services.read(context.view, "removal", work, shown, opens=True)


def route_lines(found: RemovalPreview, width: int) -> list[Line]:
    """What is in the way, each line leading there."""
    return [
        *wrapped("Calls are routed to this user. Route them elsewhere first:", width),
        BLANK,
        *(
            Line(((one_line(one.words, width), "link"),), Location(one.table.replace("_", "-"), one.id), one.words)
            for one in found.routes
        ),
    ]


def removal_text(row: Row, found: RemovalPreview) -> str:
    """What goes with the user, in sentences."""
    lines = [
        f"Extension {row['extension'] or '(none)'} and the address {one_line(row['email'])} will become available.",
        f"The SIP account {one_line(row['aor'])} will be removed; its phones can no longer register.",
    ]
    lines += [f"The user will be removed from {_without_role(one)}." for one in found.memberships]
    if found.phones:
        lines.append(
            f"{found.phones} provisioned phones will be left without a user." if found.phones > 1 else ONE_PHONE
        )
    if found.sessions:
        lines.append(f"Portal sessions that will end: {found.sessions}.")
    return "\n".join([*lines, "", "Calls, recordings and voicemail keep the user's name. This can't be undone."])


ONE_PHONE = "One provisioned phone will be left without a user."


def _without_role(member: Referrer) -> str:
    return one_line(member.words.removesuffix(", as member"))


def status_log(context: ActionContext) -> None:
    """When the user was available, busy, away or offline, latest first."""
    row, services = context.row or {}, context.services

    def work(connection: Connection) -> list[Row]:
        query = select(UserStatus.at, UserStatus.presence, UserStatus.detail, UserStatus.ip)
        latest = query.where(UserStatus.user_id == row["id"]).order_by(UserStatus.at.desc()).limit(LOG_LINES)
        return [dict(entry) for entry in connection.execute(latest).mappings()]

    def done(entries: list[Row]) -> None:
        heading = f"{one_line(row['name'])}'s status log"
        services.show_dialog(LinesDialog(services, heading, lambda width: status_lines(entries)))

    services.read(context.view, "status log", work, done, opens=True)


ROLES = {"available": "good", "busy": "warn", "away": "warn", "do not disturb": "bad", "offline": "muted"}


def status_lines(entries: list[Row]) -> list[Line]:
    """A line an entry."""
    if not entries:
        return [Line((("No status changes were logged.", "muted"),))]
    found = []
    for entry in entries:
        when, presence = Time().text(entry["at"]), str(entry["presence"])
        detail = "  ".join(one_line(part) for part in (entry["detail"], entry["ip"]) if part)
        pieces = ((f"{when}  ", "muted"), (f"{presence:<15} ", ROLES.get(presence, "")), (detail, ""))
        found.append(Line(pieces, copy=f"{when}  {presence}  {detail}".rstrip()))
    if len(entries) == LOG_LINES:
        found.append(Line(((f"the latest {LOG_LINES}; older ones aren't shown", "muted"),)))
    return found
