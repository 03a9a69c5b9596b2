"""Summaries and reports that go out by the clock."""
