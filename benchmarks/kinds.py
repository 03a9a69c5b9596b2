"""`python -m benchmarks.kinds [FILE ...]`: how many messages that are no look-up and no danger get the right answer.

FILE is a table of kind and message, by default benchmarks/topics/heldout_kinds.tsv; each message begins a
conversation. `--catalog` answers from another catalog than the shipped sample, `--show` prints what is wrong, for
files that are not held out.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.catalogs import real
from benchmarks.fitting_topics import TOPICS
from benchmarks.measuring import table
from bot.demo import sample_entries
from catalog.catalogs import Catalog, Catalogs
from catalog.entries import Entry
from handlers.messages import Incoming
from handlers.session import Session
from handlers.step import step
from handlers.wording import plain
from handlers.world import Unit, World
from surveys.questionnaire import shipped

HELD_OUT = "heldout"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
UNIT, HOURS = "phuong-thu", "Thứ Hai đến thứ Sáu, 07:30 đến 11:30 và 13:30 đến 17:00"
FOUND = ("procedure", "choose")
CONDOLENCE = "condolence"
# The topics whose answer is right for each kind of message.
SERVES = {
    "thanks": "thanks bye call hello",
    "call": "call hello vague which help",
    "bye": "bye thanks",
    "praise": "praise rate thanks",
    "vague": "vague which call hello help clarify identity ask",
    "hours": "hours",
    "address": "address contact person",
    "phone": "phone contact person",
    "parking": "parking",
    "toilet": "on_site",
    "ticket": "ticket",
    "in_charge": "in_charge contact person",
    "password": "password portal",
    "condolence": CONDOLENCE,
    "complaint": "complaint report",
    "dossier": "dossier status portal",
    "smalltalk": "chatter hello identity task knowledge call",
    "robot": "identity contact person",
}


def world(entries: Sequence[Entry]) -> World:
    """One ward with telephone, address and hours, and a catalog."""
    unit = Unit(UNIT, "Phường Thử", phone="0277 3000 111", address="12 đường Thử", hours=HOURS)
    return World({UNIT: unit}, {}, shipped(), Catalogs({"": Catalog.build(entries)}, {}), UNIT)


def answered_as(using: World, text: str) -> str:
    """Return the topic that a message is answered as, "condolence", or what its answer comes to."""
    turn = step(using, Session(unit=UNIT, greeted=True), Incoming("console", "lan", "1", text, "text", "0" * 32), NOW)
    said = " ".join(one.text.plain for one in turn.replies)
    if any(plain(language, "card.condolence") in said for language in ("vi", "en")):
        return CONDOLENCE
    return turn.about.outcome if turn.about.outcome in FOUND else turn.session.matter or turn.about.outcome


def read(path: Path) -> list[tuple[str, str]]:
    """Return the kind and the message of each line except the heading."""
    lines = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line]
    return [(line[0], line[1]) for line in lines if line[0] != "kind"]


def main() -> int:
    """Print how many messages of each kind get a right answer, and how many are shown a procedure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kinds", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=[TOPICS / f"{HELD_OUT}_kinds.tsv"])
    parser.add_argument("--catalog", type=Path, help="a catalog file (.jsonl), of which a commune's is answered from")
    parser.add_argument("--show", action="store_true", help="print what is wrong, of files that are not held out")
    options = parser.parse_args()
    using = world([one for one in real(options.catalog) if one.communal] if options.catalog else sample_entries())
    for path in options.files:
        answered = [(kind, text, answered_as(using, text)) for kind, text in read(path)]
        right = Counter(kind for kind, _, fate in answered if fate in SERVES[kind].split())
        found = Counter(kind for kind, _, fate in answered if fate in FOUND)
        counts = Counter(kind for kind, *_ in answered)
        lines = [("kind", "messages", "known", "a procedure shown or offered")]
        lines += [(kind, str(count), str(right[kind]), str(found[kind])) for kind, count in sorted(counts.items())]
        lines.append(("all", str(len(answered)), f"{right.total() / len(answered):.3f}", str(found.total())))
        table(path.name, lines)
        for kind, text, fate in answered if options.show and not path.stem.startswith(HELD_OUT) else ():
            if fate not in SERVES[kind].split():
                print(f"{kind}\t{text}\t{fate}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
