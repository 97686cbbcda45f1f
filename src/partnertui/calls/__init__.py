"""Calls as messages and streams, whatever they were read from: legs, analysis, statistics, diagnosis."""
