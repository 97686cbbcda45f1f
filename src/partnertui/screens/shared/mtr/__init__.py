"""*MTR test*: the path to an address of a row, live, with its reading in words.

A screen declares `actions=(*ACTIONS, mtr_action("received", "contact"))`: its columns with addresses or SIP URIs.
"""

from partnertui.screens.shared.mtr.actions import mtr_action

__all__ = ["mtr_action"]
