"""The folders of settings, embedded database, cache and state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from partnertui.config.errors import ConfigError

SETTINGS_FILE = "settings.toml"
DATABASE_FILE = "partnertui.db"


@dataclass(frozen=True)
class Folders:
    """The folders of one installation; they may be the same folder."""

    config: Path
    data: Path
    cache: Path
    state: Path

    @classmethod
    def inside(cls, folder: Path) -> Folders:
        """All of them inside one folder, as with `--dir`."""
        return cls(folder, folder, folder / "cache", folder / "state")

    @property
    def settings_file(self) -> Path:
        """The settings file, which may not exist."""
        return self.config / SETTINGS_FILE

    @property
    def database_url(self) -> str:
        """The embedded database's URL."""
        return f"sqlite:///{self.data / DATABASE_FILE}"

    @property
    def log_file(self) -> Path:
        """The log file."""
        return self.state / "partnertui.log"

    def make(self) -> None:
        """Creates the folders, readable by their owner only; raises ConfigError."""
        for folder in (self.config, self.data, self.cache, self.state):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise ConfigError(
                    f"The folder {folder} can't be created: {error.strerror}.",
                    "Create it, or choose another one: partnertui --dir FOLDER",
                ) from None


def find_folders(chosen: str | None, environment: Mapping[str, str]) -> Folders:
    """The folders of `--dir`, else of PARTNERTUI_DIR, else the platform's default folders."""
    folder = chosen or environment.get("PARTNERTUI_DIR")
    if folder:
        return Folders.inside(Path(folder).expanduser().absolute())
    from platformdirs import PlatformDirs  # here: not needed with --dir

    usual = PlatformDirs("partnertui", appauthor=False)
    return Folders(
        Path(usual.user_config_dir),
        Path(usual.user_data_dir),
        Path(usual.user_cache_dir),
        Path(usual.user_state_dir),
    )


def hep_folder(name: str, folders: Folders) -> Path | None:
    """The folder of the hourly captures of `partnertui hep`, by its setting: empty is the usual one, `-` is none."""
    if name == "-":
        return None
    return Path(name) if name else folders.data / "hep"
