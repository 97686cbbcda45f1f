"""`partnertui doctor`: `checks.py` lists what is checked, in order; each other module checks one area."""
