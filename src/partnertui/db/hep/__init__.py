"""SIP messages that `partnertui hep` received: stored by day, and read as calls."""
