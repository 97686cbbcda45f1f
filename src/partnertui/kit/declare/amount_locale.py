"""The locale in which an operator types amounts."""

from __future__ import annotations

import os
import re

VARIABLES = ("LC_ALL", "LC_MONETARY", "LC_NUMERIC", "LANG")


def amount_locale(setting: str) -> str:
    """The locale of the settings, else that of the session, else British English."""
    for found in (setting, *(os.environ.get(name, "") for name in VARIABLES)):
        plain = re.match(r"[a-z]{2,3}_[A-Z]{2}|[a-z]{2}$", found)
        if plain is not None:
            return plain[0]
    return "en_GB"
