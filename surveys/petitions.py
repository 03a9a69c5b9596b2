"""The register of petitions (phản ánh, kiến nghị), which come by chat, at the counter, by phone or on paper."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

PetitionKind = Literal["complaint", "proposal"]
PetitionSource = Literal["chat", "counter", "phone", "paper"]
PetitionState = Literal["open", "answered"]
KINDS: tuple[PetitionKind, ...] = get_args(PetitionKind)
SOURCES: tuple[PetitionSource, ...] = get_args(PetitionSource)
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Petition:
    """One entry, without who it is from. `id` is 0 until it is stored; numbers in `text` and `note` are masked.

    `raised`: it tells of a demand for money or papers outside the rules. `who` entered it ("staff sa-dec", "citizen");
    `answered_by` in the same way.
    """

    id: int
    unit: str
    kind: PetitionKind
    source: PetitionSource
    text: str
    received_on: date
    due: date
    who: str
    raised: bool = False
    state: PetitionState = "open"
    note: str = ""
    answered_on: date | None = None
    answered_by: str = ""
