"""A bare Textual shell of the same layout: header, menu, empty list, footer, of stock widgets."""

from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.widgets import DataTable, Footer, OptionList, Static


class BareShell(App[None]):
    """Nothing behind it: no settings, no database."""

    CSS = "#head { height: 1; } OptionList { width: 22; } DataTable { width: 1fr; height: 1fr; }"
    BINDINGS = [("q", "quit", "Quit"), ("slash", "filter", "Filter"), ("enter", "open", "Open")]
    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        """The frame."""
        yield Static("bare shell - all customers", id="head")
        with Horizontal():
            yield OptionList(*(f"Screen {number}" for number in range(28)))
            yield DataTable(cursor_type="row")
        yield Footer()

    def on_mount(self) -> None:
        """Textual runs the handlers of all classes, so what differs is a method of its own."""
        self.fill()

    def fill(self) -> None:
        """Headings of an empty list."""
        self.query_one(DataTable).add_columns("ID", "Company", "Contact", "Status", "LastColumn")


if __name__ == "__main__":
    BareShell().run()
