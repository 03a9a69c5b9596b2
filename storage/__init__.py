"""Where everything is kept: SQLModel tables on SQLite or PostgreSQL, reached through the ports of the layers below."""
