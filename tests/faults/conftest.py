"""The demo's settings and folders, for what an agent sees of a fault."""

from tests.screens.conftest import demo_file, folders, settings

__all__ = ["demo_file", "folders", "settings"]
