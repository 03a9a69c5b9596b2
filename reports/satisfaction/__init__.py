"""Answers counted: rates, breakdowns, small numbers, trend, comments."""
