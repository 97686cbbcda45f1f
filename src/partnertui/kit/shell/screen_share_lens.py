"""The action that turns the screen-share lens on and off."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rich.cells import cell_len

from partnertui.domain.text_masking import Lens
from partnertui.kit.shell.global_actions import shell_of
from partnertui.kit.terminal import screen_share_masking

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.query_cancellation import Cancel
    from partnertui.errors import UserError
    from partnertui.kit.declare.actions import ActionContext
    from partnertui.kit.shell.services import AppServices

READ_AGAIN_SECONDS = 60.0
"""Between two readings of the names, for customers and users that were added meanwhile."""
READ_SECONDS = 60.0
"""How long reading them may take."""


def toggle(context: ActionContext) -> None:
    """Masks every screen as soon as all names are known, or shows everything again."""
    services = shell_of(context)
    if screen_share_masking.is_on():
        services.lens_off()
        _paint(services)
        services.notify("Names, numbers and addresses are shown again.", "")
    else:
        services.notify("Reading the names to mask … nothing is masked yet.", "warn")
        _read(services, None)


def _read(services: AppServices, lens: Lens | None) -> None:
    """Reads all names for a new lens, or for one that is on."""

    def names(connection: Connection) -> set[str]:
        from partnertui.db.names_to_mask import known_names  # the mapped models

        return known_names(connection)

    def work(cancel: Cancel, tell: object) -> Lens:
        found = services.database.read(names, cancel=cancel, deadline=READ_SECONDS)
        if lens is None:
            return Lens(found, cell_len)
        lens.add(found)
        return lens

    def done(found: Lens) -> None:
        if lens is not None and not screen_share_masking.is_on():
            return
        services.lens_filters = screen_share_masking.put_on(found)
        services.lens_off = partial(_take_off, services)
        services.call_later(READ_AGAIN_SECONDS, lambda: _read_again(services, found))
        if lens is None:
            _paint(services)
            services.notify("Names, numbers and addresses are masked; {key:app.mask} shows them again.", "good")

    def failed(error: UserError) -> None:
        state = "Nothing is masked" if lens is None else "New names aren't masked"
        services.notify(f"{state}; the names can't be read: {error}", "bad")
        if lens is not None:
            services.call_later(READ_AGAIN_SECONDS, lambda: _read_again(services, lens))

    services.jobs.long("names to mask", work, done, failed, shown=False)


def _take_off(services: AppServices) -> None:
    services.lens_filters = ()
    screen_share_masking.take_off()


def _read_again(services: AppServices, lens: Lens) -> None:
    if any(one.lens is lens for one in screen_share_masking.filters()):
        _read(services, lens)


def _paint(services: AppServices) -> None:
    """Makes all lines again: those that were wrapped before would keep what they show."""
    for view in services.open_views():
        view.refresh_rows()
    services.refresh_frame()
    for widget in services.app.query("*"):
        if hasattr(widget, "repaint"):
            widget.repaint()
        widget.refresh()
