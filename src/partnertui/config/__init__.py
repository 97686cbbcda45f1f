"""Settings and folders: TOML file, then environment, then flags; errors name line and key."""

from partnertui.config.errors import ConfigError
from partnertui.config.folders import Folders, find_folders, hep_folder
from partnertui.config.load import load_settings
from partnertui.config.settings import Asterisk, Kamailio, Settings, SipTest, without_password

__all__ = [
    "Asterisk",
    "ConfigError",
    "Folders",
    "Kamailio",
    "Settings",
    "SipTest",
    "find_folders",
    "hep_folder",
    "load_settings",
    "without_password",
]
