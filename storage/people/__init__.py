"""Staff and their logins."""
