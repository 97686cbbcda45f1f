"""Puts the settings together: defaults, file, environment, flags; later ones win."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, fields, is_dataclass, replace
from typing import Any

from partnertui.config.errors import ConfigError
from partnertui.config.file import file_values, near_words, nearest
from partnertui.config.folders import Folders
from partnertui.config.readers import InvalidSetting
from partnertui.config.settings import Settings
from partnertui.config.toml_lines import Path

PREFIX = "PARTNERTUI_"
OURS = frozenset({"PARTNERTUI_DIR"})


def all_settings() -> dict[Path, Field[Any]]:
    """Every setting by its path, such as ("kamailio", "url")."""
    return dict(_walk(Settings(), ()))


def _walk(part: Any, path: Path) -> Iterator[tuple[Path, Field[Any]]]:
    for entry in fields(part):
        value = getattr(part, entry.name)
        if is_dataclass(value):
            yield from _walk(value, (*path, entry.name))
        else:
            yield (*path, entry.name), entry


def load_settings(
    folders: Folders, environment: Mapping[str, str], flags: Mapping[Path, Any] | None = None
) -> Settings:
    """The settings of one run; raises ConfigError, naming file, line and key.

    flags: text by path, as typed on the command line.
    """
    known = all_settings()
    values = file_values(folders, known)
    for name, text in environment.items():
        if name.startswith(PREFIX) and name not in OURS:
            path = _variable(name, known)
            values[path] = _text_value(known[path], text, name)
    for path, text in (flags or {}).items():
        values[path] = _text_value(known[path], str(text), f"--{path[-1].replace('_', '-')}")
    settings: Settings = _put(Settings(), (), values)
    if not settings.database.url:
        settings = replace(settings, database=replace(settings.database, url=folders.database_url))
    return settings


def _put(part: Any, path: Path, values: Mapping[Path, Any]) -> Any:
    changes = {}
    for entry in fields(part):
        key_path, value = (*path, entry.name), getattr(part, entry.name)
        if is_dataclass(value):
            changes[entry.name] = _put(value, key_path, values)
        elif key_path in values:
            changes[entry.name] = values[key_path]
    return replace(part, **changes)


def _variable(name: str, known: Mapping[Path, Field[Any]]) -> Path:
    names = {PREFIX + "_".join(path).upper(): path for path in known if path != ("keys",)}
    if name in names:
        return names[name]
    raise ConfigError(f"The environment variable {name} is not a setting{_nearest(name, list(names))}", "Unset it.")


def _text_value(entry: Field[Any], text: str, where: str) -> Any:
    try:
        return entry.metadata["reader"].read_text(text)
    except InvalidSetting as error:
        said = "" if entry.repr is False else f' "{text}"'
        raise ConfigError(f"{where}{said} cannot be used: {error}.") from None


def _nearest(name: str, names: list[str]) -> str:
    return near_words(nearest(name, names))
