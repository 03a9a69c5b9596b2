"""The screen at a counter."""
