"""The database itself: engine, upgrade, backup, restore."""
