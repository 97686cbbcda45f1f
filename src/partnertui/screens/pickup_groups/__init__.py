"""Pick-up groups: who may take whose ringing calls."""

from partnertui.kit.declare.entry import Entry

ENTRY = Entry("Pick-up groups", "Routing", "k", "Who may take whose ringing calls.", order=4)
