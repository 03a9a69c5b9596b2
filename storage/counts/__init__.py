"""Answers counted by day: tallies, roll-ups, coverage."""
