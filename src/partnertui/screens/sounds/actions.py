"""Sound actions: play, save, copy, add, edit, replace with another file, remove."""

from __future__ import annotations

from partnertui.kit.declare.actions import Action, signed_in
from partnertui.kit.declare.lazy import lazy

ACTIONS = (
    Action(
        "sounds.play",
        "Play, save, copy",
        lazy("partnertui.screens.sounds.play_dialog:play"),
        ("p",),
        "play",
        rows="one",
        refuse=signed_in,
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
        refuse=signed_in,
        group="Sound",
    ),
    Action(
        "sounds.replace",
        "Replace with another file",
        lazy("partnertui.screens.sounds.form:replace"),
        ("tilde",),
        "replace",
        rows="one",
        refuse=signed_in,
        group="Sound",
        about="everything that plays it will play the new file",
    ),
    Action(
        "sounds.add",
        "Add a sound",
        lazy("partnertui.screens.sounds.form:add"),
        ("a",),
        "add",
        refuse=signed_in,
        group="Sound",
        about="for the customer shown, or one you choose",
    ),
    Action(
        "sounds.remove",
        "Remove the sound",
        lazy("partnertui.screens.sounds.removal:remove"),
        ("delete",),
        rows="one",
        refuse=signed_in,
        group="Sound",
        about="only possible if nothing plays it",
    ),
)
