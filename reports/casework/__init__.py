"""When cases and petitions are due, and what staff read about it."""
