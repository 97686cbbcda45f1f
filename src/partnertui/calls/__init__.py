"""Calls as messages and RTP streams, independent of their source: legs, analysis, statistics, diagnosis."""
