"""The search: names as weighted terms, what may be meant, how well it fits, and what is decided of it."""
