"""The one error of a database that cannot be used."""

from handlers.ports import NothingKept


class DatabaseUnusable(NothingKept):
    """The database cannot be used; the message says why and what to do."""
