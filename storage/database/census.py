"""Counts of a database's rows before and after its tables are changed, to notice a loss before it is committed."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, column, func, inspect, select, table

BOOKKEEPING = "alembic_version"


@dataclass(frozen=True, slots=True)
class Census:
    """The number of rows of every table, and (SQLite) of dangling references by table and referenced table."""

    rows: Mapping[str, int]
    astray: Counter[tuple[str, str]]

    def differences(self, before: "Census", folds: Collection[str]) -> list[str]:
        """Describe the differences, except in tables that were changed on purpose."""
        found = [
            f"{name}: {count} → {self.rows.get(name, 'không còn bảng')}"
            for name, count in sorted(before.rows.items())
            if name not in folds and self.rows.get(name) != count
        ]
        return found + [f"{name} → {named}: {count}" for (name, named), count in (self.astray - before.astray).items()]


def names(connection: Connection) -> list[str]:
    """Return the names of a database's tables except Alembic's own, sorted."""
    return sorted(set(inspect(connection).get_table_names()) - {BOOKKEEPING})


def count(connection: Connection) -> Census:
    """Count every row of every table."""
    rows = {
        name: int(connection.execute(select(func.count()).select_from(table(name, column("*")))).scalar_one())
        for name in names(connection)
    }
    return Census(rows, Counter(astray(connection)))


def astray(connection: Connection) -> list[tuple[str, str]]:
    """Return dangling references as (table, referenced table); only SQLite allows them."""
    if connection.dialect.name != "sqlite":
        return []
    return [(row[0], row[2]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
