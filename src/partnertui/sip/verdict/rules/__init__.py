"""The rules, by what they look at; imported in the order in which they are asked."""

from partnertui.sip.verdict.rules import account, media, timers, refusals, reach, registering  # noqa: F401, I001
