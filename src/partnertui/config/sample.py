"""A sample settings file with every setting, commented out."""

from __future__ import annotations

from collections.abc import Iterator

from partnertui.config.load import PREFIX, all_settings
from partnertui.config.settings import Settings

HEAD = """# Settings of partnertui. Each commented line shows the default.
# Every setting but development and [keys] can also be an environment variable:
# {prefix}THEME, {prefix}DATABASE_URL, {prefix}SIP_TEST_DEADLINE.
"""
KEYS = """
[keys]
# Keys of actions by action ID; docs/keys.md lists all actions.
# "list.filter" = ["slash", "ctrl+l"]
"""


def toml_value(value: object) -> str:
    """A value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{entry}"' for entry in value) + "]"
    return f"{value:g}" if isinstance(value, float) else f'"{value}"'


def sample_toml() -> str:
    """The file's text."""
    return HEAD.format(prefix=PREFIX) + "\n".join(_lines()) + "\n" + KEYS


def _lines() -> Iterator[str]:
    table: tuple[str, ...] = ()
    found = [(path, entry) for path, entry in all_settings().items() if path != ("keys",)]
    for path, entry in sorted(found, key=lambda pair: len(pair[0])):
        if path[:-1] != table:
            table = path[:-1]
            yield f"\n[{'.'.join(table)}]"
        value: object = Settings()
        for name in path:
            value = getattr(value, name)
        expected = entry.metadata["reader"].expected
        yield f"# {entry.metadata['about']} ({expected})"
        yield f"# {path[-1]} = {toml_value(value)}"
