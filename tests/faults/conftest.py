"""The demo's settings and folders, for what an agent sees of a fault."""

from tests.screens.conftest import archive, demo_file, folders, settings

__all__ = ["archive", "demo_file", "folders", "settings"]
