"""When cases and petitions are due, and what staff are told of it."""
