"""Reads the settings file; errors name the line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import Field
from types import MappingProxyType
from typing import TYPE_CHECKING

from partnertui.atomic_files import read_regular
from partnertui.config.errors import ConfigError
from partnertui.config.folders import Folders
from partnertui.config.readers import InvalidSetting, Reader

if TYPE_CHECKING:
    from partnertui.config.toml_line_numbers import Path


def file_values(folders: Folders, known: Mapping[Path, Field[object]]) -> dict[Path, object]:
    """The settings in the file by path; none if there is no file. Raises ConfigError."""
    file = folders.settings_file
    try:
        # Editors on Windows write a byte-order mark, which tomllib refuses.
        text = read_regular(file).decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except UnicodeDecodeError:
        raise ConfigError(f"{file.name} isn't UTF-8 text.", f"Save {file} as UTF-8.") from None
    except OSError as error:
        raise ConfigError(f"{file.name} can't be read: {error.strerror}.", f"Check {file}.") from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_syntax_error(file.name, text, str(error)), f"Fix {file}.") from None
    from partnertui.config.toml_line_numbers import key_lines  # its patterns take 1 ms, and many have no settings file

    return dict(Checker(file.name, f"The file is {file}.", key_lines(text), known).check(data, ()))


def _syntax_error(name: str, text: str, error: str) -> str:
    at = re.search(r" ?\(at line (\d+), column (\d+)\)", error)
    number = int(at[1]) if at else len(text.splitlines()) or 1
    reason = error[: at.start()] if at else re.sub(r" ?\(at end of document\)", " before the file ends", error)
    lines = text.splitlines()
    key = re.match(r"\s*([\w.\"-]+)\s*=", lines[number - 1]) if number <= len(lines) else None
    about = f", at “{key[1]}”" if key else ""
    return f"{name} line {number}{about}: this isn't valid TOML ({reason[:1].lower()}{reason[1:]})."


class Checker:
    """Checks the data that tomllib read, key by key."""

    def __init__(self, name: str, advice: str, lines: dict[Path, int], known: Mapping[Path, Field[object]]) -> None:
        self.name, self.advice, self.lines, self.known = name, advice, lines, known
        self.tables = {path[:-1] for path in known}

    def error(self, path: Path, message: str) -> ConfigError:
        """The error for a key."""
        from partnertui.config.toml_line_numbers import line_of  # as above

        return ConfigError(f"{self.name} line {line_of(self.lines, path)}: {message}", self.advice)

    def check(self, data: Mapping[str, object], path: Path) -> Iterator[tuple[Path, object]]:
        """The values of a table and of those in it; raises ConfigError."""
        for key, value in data.items():
            key_path = (*path, key)
            if key_path == ("keys",):
                yield key_path, self.keys(value)
            elif key_path in self.known:
                yield key_path, self.value(key_path, value)
            elif key_path in self.tables and isinstance(value, dict):
                yield from self.check(value, key_path)
            else:
                raise self.error(key_path, self.unknown_key(key_path))

    def unknown_key(self, path: Path) -> str:
        """The message for an unknown key, with the most similar one."""
        name = ".".join(path)
        if path in self.tables:
            return f"“{name}” is a table; write [{name}] on its own line."
        siblings = [known[-1] for known in self.known if known[:-1] == path[:-1]]
        siblings += [table[-1] for table in self.tables if table and table[:-1] == path[:-1]]
        near = nearest(path[-1], siblings)
        if near:
            return f"“{name}” isn't a setting{did_you_mean(['.'.join((*path[:-1], near[0]))])}"
        elsewhere = [".".join(known) for known in self.known if known[-1] == path[-1]]
        full = nearest(name, [".".join(known) for known in self.known])
        return f"“{name}” isn't a setting{did_you_mean((elsewhere or full)[:1])}"

    def value(self, path: Path, value: object) -> object:
        """The value of a setting; raises ConfigError."""
        entry = self.known[path]
        reader: Reader[object] = entry.metadata["reader"]
        try:
            return reader.read(value)
        except InvalidSetting as error:
            shown = "this value" if entry.repr is False else _shown(value)  # secrets have no repr
            raise self.error(path, f"“{'.'.join(path)}” can't be {shown}; {error}.") from None

    def keys(self, table: object) -> Mapping[str, tuple[str, ...]]:
        """The key map; raises ConfigError."""
        if not isinstance(table, dict):
            raise self.error(("keys",), "“keys” is a table; write [keys] on its own line.")
        found: dict[str, tuple[str, ...]] = {}
        for action, keys in _actions(table, ""):
            words = [keys] if isinstance(keys, str) else keys
            if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
                path = ("keys", action) if ("keys", action) in self.lines else ("keys", *action.split("."))
                raise self.error(path, f'“{action}” needs a key or a list of keys, such as "ctrl+l".')
            found[action] = tuple(words)
        return MappingProxyType(found)


def _actions(table: Mapping[str, object], path: str) -> Iterator[tuple[str, object]]:
    """Keys by action: `"list.filter" = …` and `list.filter = …` are the same."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _actions(value, f"{path}{name}.")
        else:
            yield path + name, value


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"


def nearest(name: str, names: list[str]) -> list[str]:
    """The most similar name; none if none is similar."""
    import difflib  # here: only mistakes need it

    return difflib.get_close_matches(name, names, 1, 0.6)


def did_you_mean(near: list[str]) -> str:
    """The end of a sentence: a question if there is a similar name, else a full stop."""
    return f"; did you mean “{near[0]}”?" if near else "."
