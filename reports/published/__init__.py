"""What a unit publishes of kept reports: see docs/decisions/0039-what-citizens-are-told.md."""
