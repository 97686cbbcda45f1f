"""The table widget: holds a window of a list of any length, loaded page by page."""
