"""Combines the settings: defaults, file, environment, flags; later ones win."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, fields, is_dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from partnertui.config.errors import ConfigError
from partnertui.config.folders import Folders
from partnertui.config.readers import InvalidSetting, Reader
from partnertui.config.settings import Settings
from partnertui.config.settings_file import did_you_mean, file_values, nearest

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from partnertui.config.toml_line_numbers import Path

D = TypeVar("D", bound="DataclassInstance")
PREFIX = "PARTNERTUI_"
OTHER_VARIABLES = frozenset({"PARTNERTUI_DIR", "PARTNERTUI_MASTER_KEY", "PARTNERTUI_BUNDLE_PASSPHRASE"})
"""Variables of ours that are not settings."""
ONLY_IN_FILE = frozenset({("development",)})
"""Whoever sets the environment must not open what runs code: some TEXTUAL_* variables do."""


def all_settings() -> dict[Path, Field[object]]:
    """Every setting by its path, such as ("kamailio", "url")."""
    return dict(_walk(Settings(), ()))


def _walk(part: DataclassInstance, path: Path) -> Iterator[tuple[Path, Field[object]]]:
    for entry in fields(part):
        value = getattr(part, entry.name)
        if is_dataclass(value) and not isinstance(value, type):
            yield from _walk(value, (*path, entry.name))
        else:
            yield (*path, entry.name), entry


def load_settings(
    folders: Folders, environment: Mapping[str, str], flags: Mapping[Path, str] | None = None
) -> Settings:
    """The settings of this run; `flags` is text by path, as typed on the command line.

    Raises ConfigError, which names the file, line and key.
    """
    known = all_settings()
    values = file_values(folders, known)
    for name, text in environment.items():
        if name.startswith(PREFIX) and name not in OTHER_VARIABLES:
            path = _variable(name, known)
            if path in ONLY_IN_FILE:
                raise ConfigError(f"{name} can only be set in the settings file.", f"Write {'.'.join(path)} there.")
            values[path] = _text_value(known[path], text, name)
    for path, text in (flags or {}).items():
        values[path] = _text_value(known[path], text, f"--{path[0].replace('_', '-')}")
    settings = _put(Settings(), (), values)
    if not settings.database.url:
        settings = replace(settings, database=replace(settings.database, url=folders.database_url))
    return settings


def _put(part: D, path: Path, values: Mapping[Path, object]) -> D:
    """The dataclass with these values in it and in the dataclasses it contains."""
    changes: dict[str, object] = {}
    for entry in fields(part):
        key_path, value = (*path, entry.name), getattr(part, entry.name)
        if is_dataclass(value) and not isinstance(value, type):
            changes[entry.name] = _put(value, key_path, values)
        elif key_path in values:
            changes[entry.name] = values[key_path]
    return replace(part, **changes)


def _variable(name: str, known: Mapping[Path, Field[object]]) -> Path:
    names = {PREFIX + "_".join(path).upper(): path for path in known if path != ("keys",)}
    if name in names:
        return names[name]
    raise ConfigError(f"The environment variable {name} isn't a setting{_nearest(name, list(names))}", "Unset it.")


def _text_value(entry: Field[object], text: str, where: str) -> object:
    reader: Reader[object] = entry.metadata["reader"]
    try:
        return reader.read_text(text)
    except InvalidSetting as error:
        shown = "" if entry.repr is False else f' "{text}"'  # secrets have no repr
        raise ConfigError(f"{where}{shown} isn't valid: {error}.") from None


def _nearest(name: str, names: list[str]) -> str:
    return did_you_mean(nearest(name, names))
