"""One call as messages and streams, whatever it was read from: joined legs, figures, what to save."""
