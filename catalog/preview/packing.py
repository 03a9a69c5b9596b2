"""A preview as it is kept until somebody confirms it: JSON, packed."""

import base64
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from catalog.entries import Entry, from_mapping, to_json
from catalog.preview.lines import Line
from catalog.preview.planning import Preview

_PLAIN = tuple(one.name for one in fields(Line) if one.name not in {"replaces", "record", "unchecked"})
_PACKING = 6


def packed(made: Preview) -> str:
    """Return a preview as text."""
    whole = {
        "lines": [line_values(line) for line in made.lines],
        "skipped": made.skipped,
        "told": made.notes.sentences,
        "decision": made.decision,
        "decided": made.decided,
        "titles": dict(made.titles),
    }
    return base64.b64encode(zlib.compress(json.dumps(whole, ensure_ascii=False).encode(), _PACKING)).decode()


def unpacked(text: str) -> Preview:
    """Rebuild what `packed` gave."""
    whole = json.loads(zlib.decompress(base64.b64decode(text)))
    made = Preview(
        [line_of_values(values) for values in whole["lines"]],
        whole["skipped"],
        decision=whole["decision"],
        decided=whole["decided"],
        titles=whole["titles"],
    )
    for sentence in whole["told"]:
        made.notes.say(sentence)
    return made


def line_values(line: Line) -> dict[str, Any]:
    """Return a line as plain values."""
    values = {name: value for name in _PLAIN if (value := getattr(line, name))}
    for name in ("replaces", "unchecked"):
        if listed := getattr(line, name):
            values[name] = list(listed)
    if line.record:
        values["record"] = json.loads(to_json(line.record))
    return values


def line_of_values(values: Mapping[str, Any]) -> Line:
    """Rebuild what `line_values` gave."""
    empty: dict[str, Any] = {"kind": "", "code": "", "texts": {}, "place": "", "row": 0, "sheet": ""}
    rest: dict[str, Any] = {name: tuple(values.get(name, ())) for name in ("replaces", "unchecked")}
    if record := values.get("record"):
        rest["record"] = from_mapping(record)
    return Line(**{**empty, **values, **rest})


def outlines(stored: Iterable[Entry]) -> dict[str, Entry]:
    """Return by code what a preview compares of stored entries: the process that reads need not hold the rest."""
    return {one.code: Entry(one.code, one.name, level=one.level, fee=one.fee) for one in stored}
