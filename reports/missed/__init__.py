"""What citizens did not find: grouped by likeness, and what admins do about each group."""
