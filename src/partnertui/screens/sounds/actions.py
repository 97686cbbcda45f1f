"""What can be done with sounds."""

from __future__ import annotations

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.lazy import lazy


def _signed_in(context: ActionContext) -> str:
    return "" if context.operator is not None else "no one is signed in yet: the database hasn't answered"


ACTIONS = (
    Action(
        "sounds.play",
        "Play, save, copy",
        lazy("partnertui.screens.sounds.play_dialog:play"),
        ("p",),
        "play",
        rows="one",
        refuse=_signed_in,
        group="Sound",
        leads_to=("Playing a sound", "partnertui.screens.sounds.play_dialog:PLAY_ACTIONS"),
    ),
    Action(
        "sounds.edit",
        "Edit name, use and level",
        lazy("partnertui.screens.sounds.form:edit"),
        ("e",),
        "edit",
        rows="one",
        refuse=_signed_in,
        group="Sound",
    ),
    Action(
        "sounds.replace",
        "Replace with another file",
        lazy("partnertui.screens.sounds.form:replace"),
        ("tilde",),
        "replace",
        rows="one",
        refuse=_signed_in,
        group="Sound",
        about="what plays it stays as it is",
    ),
    Action(
        "sounds.add",
        "Add a sound",
        lazy("partnertui.screens.sounds.form:add"),
        ("a",),
        "add",
        refuse=_signed_in,
        group="Sound",
        about="to the customer shown, or one that is asked for",
    ),
    Action(
        "sounds.remove",
        "Remove the sound",
        lazy("partnertui.screens.sounds.removal:remove"),
        ("delete",),
        rows="one",
        refuse=_signed_in,
        group="Sound",
        about="refused while something plays it",
    ),
)
