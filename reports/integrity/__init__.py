"""How far a period's forms can be relied on."""
