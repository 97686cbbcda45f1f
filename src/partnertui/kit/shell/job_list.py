"""The list of running jobs and their progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.widgets.picker import Item, Picker

if TYPE_CHECKING:
    from partnertui.kit.declare.actions import Services
    from partnertui.kit.jobs import Job

REFRESH_SECONDS = 0.5


class JobList(Picker):
    """Enter cancels the chosen job; finished jobs leave the list."""

    def __init__(self, services: Services) -> None:
        super().__init__(
            services,
            services.keymap.fill("Jobs: press {key:picker.open} to cancel one"),
            search=lambda typed, show: show(self.matching(typed)),
        )

    def on_mount(self) -> None:
        """Refreshes while it is open."""
        self.set_interval(REFRESH_SECONDS, self.refresh_items)

    def matching(self, typed: str) -> list[Item[Job]]:
        """The jobs whose title contains what was typed."""
        running = (job for job in self.services.jobs.running if typed.lower() in job.title.lower())
        return [Item(job, job.title, job.far) for job in running]

    def refresh_items(self) -> None:
        """Shows the progress; the chosen job stays chosen."""
        chosen = self.choices.current
        # The list is made anew each time, and with it the choice: without this it would jump to the first job.
        items = self.matching(self.input.value)
        self.choices.show(items, "No job is running.")
        index = next((n for n, item in enumerate(items) if chosen is not None and item.value is chosen.value), None)
        if index is not None:
            self.choices.choose(index)
