"""The rules, by what they look at; imported in the order in which they are asked."""

from partnertui.calls.diagnosis.rules import account, media, timers, refusals, reach, registering  # noqa: F401, I001
