"""A catalog's versions: what each changed in a procedure, and what brings an earlier state back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from catalog.entries import Entry

ImportKind = Literal["import", "edit", "due", "restore"]


class CatalogMoved(Exception):
    """The catalog has changed since a change to it was decided on."""


@dataclass(frozen=True, slots=True)
class Change:
    """A procedure's entries before and after a version, None for none. `by_hand`: somebody edited this one alone."""

    version: int
    code: str
    before: Entry | None
    after: Entry | None
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Restoration:
    """What brings an earlier state back.

    `reversed` gives by code what procedures become; `kept` stay, because they were edited since; `failed` cannot be
    reversed, because the catalog is not as its history says.
    """

    reversed: Mapping[str, Entry | None] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries to store."""
        return tuple(entry for entry in self.reversed.values() if entry)

    @property
    def removed(self) -> tuple[str, ...]:
        """The codes that the earlier state did not have."""
        return tuple(code for code, entry in self.reversed.items() if entry is None)


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """The record of one version of a catalog.

    `kind`: import (a file), edit (by hand), due (its day came) or restore (of what version `undoes` stood for).
    `channel` and `person` are who did it, as far as the channel tells, `by_unit` the unit they did it for.
    `decision`, `decided` (a day as text) and `link` are those of the decision. `token` is that of the confirmation.
    """

    unit: str
    file: str
    sha256: str
    added: int
    changed: int
    unchanged: int
    refused: int
    kind: ImportKind = "import"
    channel: str = ""
    person: str = ""
    by_unit: str = ""
    decision: str = ""
    decided: str = ""
    link: str = ""
    token: str = ""
    undoes: int = 0
    abolished: int = 0
    waiting: int = 0


def undone(version: int, changes: Iterable[Change], stored: Mapping[str, Entry]) -> Restoration:
    """Return how to reverse one version; `changes` are its own and all later ones. Procedures changed since stay."""
    return _restored(changes, stored, lambda change: change.version > version)


def returned(changes: Iterable[Change], stored: Mapping[str, Entry]) -> Restoration:
    """Return how to go back to before the first of the changes; procedures edited by hand since stay."""
    return _restored(changes, stored, lambda change: change.by_hand)


def _restored(
    changes: Iterable[Change], stored: Mapping[str, Entry], is_edited: Callable[[Change], bool]
) -> Restoration:
    by_code: dict[str, list[Change]] = {}
    for change in changes:
        by_code.setdefault(change.code, []).append(change)
    reversed_: dict[str, Entry | None] = {}
    kept: list[str] = []
    failed: list[str] = []
    for code, made in by_code.items():
        before, now = made[0].before, stored.get(code)
        if now == before:
            continue
        if any(map(is_edited, made)):
            kept.append(code)
        elif now != made[-1].after:
            failed.append(code)
        else:
            reversed_[code] = before
    return Restoration(reversed_, tuple(kept), tuple(failed))
