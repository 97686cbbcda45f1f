"""What a call costs: the price that applies, the sum with its one rounding, and both in words."""
