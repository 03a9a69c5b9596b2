"""Databases with many rows in every table that grows, and how they mean to carry a statement out."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, DateTime, Integer, Table, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlmodel import SQLModel

from handlers.messages import Reply, Text
from handlers.session import Session

# Tables whose rows do not come with use: as many as places, forms, imports or people of the staff.
SMALL = {
    "alert_pace": "one for each chat of the staff",
    "case_step": "what staff did by hand about complaints: two or three for each",
    "apart_decision": "what staff decided by hand after a flood, a few a year",
    "catalog_import": "one for each import of a catalog",
    "catalog_pending": "one for each unit at most",
    "catalog_waiting": "lines of decisions between their date and the day from which they have force",
    "channel_grant": "one for each account of a messenger",
    "channel_note": "a few for each account of a messenger",
    "counter": "a few for each unit",
    "data_request": "what people asked in writing about their data, a few a year",
    "dossier_import": "one for each import by a unit",
    "former_name": "one for each renaming of a unit",
    "form_file": "one for each form that a unit offers",
    "heartbeat": "one row",
    "miss_handling": "what admins did by hand about groups of questions, some a week",
    "left_question": "what citizens leave for a person, some a week",
    "petition": "what came in by hand, some a week",
    "procedure": "the catalog itself",
    "questionnaire": "one for each version of a form",
    "silence": "chats that staff have in hand in a messenger's own page",
    "staff": "one for each member of staff",
    "survey_round": "a few for each unit and year",
    "unit": "the units",
    "unit_setting": "what admins change by hand, some a week",
    "vote_key": "one for each of the last weeks",
}
ROWS = 20_000
UNITS = 100
NEXT = 10_000_000
FIRST = date(2026, 1, 1)
# What is not just the name of the column and a number: references, and values that are asked for.
VALUES = {
    "unit.code": "'u' || i",
    "unit": f"'u' || (i % {UNITS})",
    "counter.code": "'c' || i",
    "counter": f"'c' || (i % {UNITS * 3})",
    "response.id": "'r' || i",
    "response": "'r' || i",
    "response.form": "'nhanh'",
    "answer.question": "'overall'",
    "rollup.question": "'overall'",
    "rollup.form": "'nhanh'",
    "choice_rollup.question": "'reasons'",
    "choice_rollup.form": "'nhanh'",
    "service_case.state": "CASE i % 20 WHEN 0 THEN 'open' WHEN 1 THEN 'passed_on' ELSE 'handled' END",
    "outbox.state": "CASE i % 500 WHEN 0 THEN 'waiting' ELSE 'sent' END",
    "session.state": f"'{json.dumps(Session().to_json())}'",
    "outbox.leased_until": "NULL",
    "outbox.payload": f"'{json.dumps(Reply(Text.of('a')).to_json())}'",
    "slip.state": "'issued'",
    "channel": "'web'",
    "statement.facts": "NULL",
    "level": "1 + i % 5",
    "until": "day",
    "survey_round.name": "'d' || i",
    "round": "'d' || (i % 50)",
    "slip.code": "'s' || i",
    "import_id": "1",
    "questionnaire.source": "''",
}
# Columns of which one value has a big share of a table: an index on them alone is not enough where rows are joined.
WIDE = {"unit", "channel", "form"}
# Of these a unit has no big share: a row a day, or a year's few periods.
FINE = {"rolled_day", "report_run", "dossier_total", "statement"}
_STEP = re.compile(r"(?:SCAN|SEARCH) (\w+)(?: USING [^(]*\((.*)\))?")
FEW = {"unit": UNITS, "counter": UNITS * 3, "survey_round": 50, "dossier_import": 1, "catalog_import": 1}


def growing() -> list[str]:
    """The tables that grow: all that are not named as small."""
    return sorted(set(SQLModel.metadata.tables) - SMALL.keys())


async def fill(engine: AsyncEngine, rows: int = ROWS) -> None:
    """Put so many rows into each table that grows, and a few into the others that they refer to."""
    async with engine.begin() as connection:
        await connection.run_sync(_fill, rows)
        if connection.dialect.name == "postgresql":
            for table in SQLModel.metadata.sorted_tables:
                if isinstance(table.columns.get("id", Column(DateTime)).type, Integer):
                    await connection.execute(
                        text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {NEXT})")
                    )
            await connection.execute(text("ANALYZE"))


def _fill(connection: Connection, rows: int) -> None:
    kinds = "i INTEGER PRIMARY KEY, day DATE, at TIMESTAMP"
    connection.execute(text(f"CREATE TABLE numbered ({kinds.replace('TIMESTAMP', 'TIMESTAMPTZ')})"))
    numbers = [
        {
            "i": i,
            "day": FIRST + timedelta(days=i % 331),
            "at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=17 * i),
        }
        for i in range(rows)
    ]
    insert = text("INSERT INTO numbered VALUES (:i, :day, :at)")
    connection.execute(insert.bindparams(*_typed()), numbers)
    for table in SQLModel.metadata.sorted_tables:
        if table.name in growing() or table.name in FEW:
            names = ", ".join(column.name for column in table.columns)
            values = ", ".join(_value(table, column) for column in table.columns)
            few = FEW.get(table.name, rows)
            chosen = f"SELECT {values} FROM numbered WHERE i < {few} ON CONFLICT DO NOTHING"  # noqa: S608 -- our own
            connection.execute(text(f"INSERT INTO {table.name} ({names}) {chosen}"))
    connection.execute(text("DROP TABLE numbered"))


def _typed() -> list[Any]:
    from sqlalchemy import bindparam

    return [bindparam("day", type_=Date()), bindparam("at", type_=DateTime(timezone=True))]


def _value(table: Table, column: Column[Any]) -> str:
    """An expression for a column, by the number `i`, its `day` and its moment `at`."""
    known = VALUES.get(f"{table.name}.{column.name}") or VALUES.get(column.name)
    if known:
        return known
    kind = column.type
    if isinstance(kind, JSON):
        return "'{}'"
    if isinstance(kind, Boolean):
        return "i % 2 = 0"
    if isinstance(kind, Date):
        return "day"
    if isinstance(kind, Integer) or getattr(kind, "python_type", str) is int:
        return "i + 1" if column.primary_key else "i % 7"
    if getattr(kind, "python_type", str) is datetime or isinstance(getattr(kind, "impl", None), DateTime):
        return "at"
    return f"'{column.name}' || i"


@contextmanager
def recorded(engine: AsyncEngine) -> Iterator[list[tuple[str, Any]]]:
    """Collect the statements that are carried out meanwhile, each with one set of its values."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        # Many sets of values are a list of tuples; one that inserts several rows at once is a tuple still.
        found.append((statement, values[0] if many and isinstance(values[0], tuple | list) else values))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)


async def read_whole(connection: AsyncConnection, statement: str, values: Any) -> set[str]:
    """The growing tables of which a statement would read all rows, or all rows of one of their big shares."""
    words = statement.upper().split()
    # Rows that are given are read nowhere (SQLite names what it would look at if a deferred key were astray).
    if words[0] not in ("SELECT", "INSERT", "UPDATE", "DELETE") or (words[0] == "INSERT" and "SELECT" not in words):
        return set()
    names = dict(_other_names(statement))
    if connection.dialect.name == "sqlite":
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        read = [(match[1], match[2] or "") for row in rows if (match := _STEP.match(row.detail))]
    else:
        rows = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values)
        (plan,) = rows.scalars()
        read = list(_steps(json.loads(plan) if isinstance(plan, str) else plan))
    found = {(names.get(name, name), condition) for name, condition in read}
    return {name for name, condition in found if name in growing() and not _narrow(name, condition)}


def _narrow(table: str, condition: str) -> bool:
    """Tell whether a condition that an index answers leaves few rows of a table."""
    words = set(re.findall(r"\w+", condition))
    columns = {column.name for column in SQLModel.metadata.tables[table].columns} | {"rowid"}
    return bool((words & columns) - WIDE) or (table in FINE and "unit" in words)


def _other_names(statement: str) -> list[tuple[str, str]]:
    """Tables by the other names that a statement gives them."""
    return [(other, name) for name, other in re.findall(r"(?:FROM|JOIN|,)\s+(\w+) AS (\w+)", statement)]


def _steps(plan: Any) -> Iterator[tuple[str, str]]:
    """The tables that a plan of PostgreSQL reads, each with the condition that an index answers."""
    if isinstance(plan, list):
        for part in plan:
            yield from _steps(part)
    elif isinstance(plan, dict):
        if "Relation Name" in plan and "Scan" in plan["Node Type"]:
            yield plan["Relation Name"], plan.get("Index Cond", plan.get("Recheck Cond", ""))
        for part in plan.values():
            if isinstance(part, list | dict):
                yield from _steps(part)
