"""The list of what runs in the background: how far it is, as it goes on."""

from __future__ import annotations

from partnertui.kit.shell.services import Services
from partnertui.kit.widgets.picker import Item, Picker

EVERY = 0.5
"""Seconds from look to look."""


class JobsBox(Picker):
    """Enter cancels the chosen job; what is done meanwhile goes from the list."""

    def __init__(self, services: Services) -> None:
        super().__init__(services, "Jobs: Enter cancels", search=lambda typed, show: show(self.found(typed)))

    def on_mount(self) -> None:
        """Looks again and again."""
        self.set_interval(EVERY, self.again)

    def found(self, typed: str) -> list[Item]:
        """The jobs that fit what is typed."""
        running = (job for job in self.services.jobs.running if typed.lower() in job.title.lower())
        return [Item(job, job.title, job.far) for job in running]

    def again(self) -> None:
        """Shows how far they are now; the chosen one stays chosen."""
        choices = self.choices
        chosen = choices.items[choices.cursor].value if choices.items else None
        choices.show(self.found(self.input.value), "No job is running any more.")
        choices.move(next((n for n, item in enumerate(choices.items) if item.value is chosen), 0))
