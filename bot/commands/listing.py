"""How commands print tables: for people at a terminal, for programs behind a pipe, and as JSON."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, TypeVar

import typer

Found = TypeVar("Found")
Json = Annotated[bool, typer.Option("--json", help="In JSON")]


def print_list(
    found: Sequence[Found],
    columns: Sequence[str],
    row: Callable[[Found], Sequence[object]],
    *,
    as_json: bool,
    record: Callable[[Found], Mapping[str, object]] = asdict,  # type: ignore[assignment]
) -> None:
    """Print what a command found: as JSON a list of records (by default of dataclasses), else a table.

    Behind a pipe the table has no heading: every line is a record.
    """
    if as_json:
        print_json([dict(record(one)) for one in found])
    else:
        print_table(columns if sys.stdout.isatty() else (), map(row, found))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table: drawn for a terminal; for other programs a line for each row, with tabs between cells."""
    if sys.stdout.isatty():
        from rich import box
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(*columns, box=box.SIMPLE_HEAD)
        for row in rows:
            table.add_row(*(Text(str(cell)) for cell in row))
        Console().print(table)
        return
    for cells in (*([columns] if columns else ()), *rows):
        print("\t".join(map(str, cells)))


def print_json(value: object) -> None:
    """Print a value as JSON, days and moments as ISO 8601 writes them."""
    print(json.dumps(value, ensure_ascii=False, default=date.isoformat))
