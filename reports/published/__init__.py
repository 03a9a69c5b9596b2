"""What a unit tells its citizens of kept reports: see docs/decisions/0039-what-citizens-are-told.md."""
