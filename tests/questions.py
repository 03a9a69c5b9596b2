"""The project's own questions, and the procedures they mean, made of the lexicon's labels."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from catalog.entries import Entry
from catalog.index import Index
from catalog.lexicon import lexicon

FOLDER = Path(__file__).parent.parent / "benchmarks" / "questions"
NONE = "NONE"


class Asked(NamedTuple):
    """One question and the codes that answer it; no codes where it is not the catalog's business."""

    text: str
    codes: frozenset[str]
    style: str


@cache
def questions(name: str) -> tuple[Asked, ...]:
    """Read one of the project's question files."""
    return read(FOLDER / f"{name}.tsv")


def read(path: Path) -> tuple[Asked, ...]:
    """Read a file with the columns question, code, also_right and, perhaps, style."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return tuple(
        Asked(
            row["question"],
            frozenset(filter(None, f"{row['code']}|{row['also_right'] or ''}".split("|"))) - {NONE},
            row.get("style") or "",
        )
        for row in rows
    )


@cache
def index() -> Index:
    """An index of every procedure that the lexicon knows, named by its label alone."""
    return Index.build(Entry(known.code, known.label, level="Cấp xã") for known in lexicon().known.values())
