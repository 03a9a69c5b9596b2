"""Printing posters, slips, ballots and their codes."""
