"""Find anything: one box over all screens that say how their rows are found."""
