"""*MTR test*: the path to an address of a row, live and interpreted.

A screen declares `actions=(*ACTIONS, mtr_action("received", "contact"))` with its address or SIP URI columns.
"""

from partnertui.screens.shared.mtr.actions import mtr_action

__all__ = ["mtr_action"]
