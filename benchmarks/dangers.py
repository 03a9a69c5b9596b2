"""`python -m benchmarks.dangers [FILE ...]`: how many dangers are known, how many innocent questions are taken for one.

FILE is the name of a file in benchmarks/topics/ without its ending; for a held-out file only totals are printed.
`--catalog` searches another catalog than the shipped sample, `--show` prints what is wrong in files not held out.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

from benchmarks.catalogs import real
from benchmarks.fitting_topics import rows
from benchmarks.measuring import table
from bot.demo import sample_entries
from catalog.fitted_topics import NONE
from catalog.index import Index
from catalog.topics import outranks

FILES = ("dangers", "heldout_dangers", "heldout_dangers_2")
HELD_OUT = "heldout"


def judged(index: Index, text: str, accepted: str) -> str:
    """Tell what becomes of a message: "right", "taken", "another topic", or what the search decides."""
    found = index.search(text)
    if accepted == NONE:
        return "taken" if outranks(found.topic) and found.decision == "none" else "right"
    if found.decision != "none":
        return found.decision
    return "right" if found.topic in accepted.split("|") else "another topic" if found.topic else found.decision


def main() -> int:
    """Print the totals of each file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dangers", description=__doc__)
    parser.add_argument("files", nargs="*", default=FILES)
    parser.add_argument("--catalog", type=Path, help="a catalog file (.jsonl), of which a commune's is searched")
    parser.add_argument("--show", action="store_true", help="print what is wrong, of files that are not held out")
    options = parser.parse_args()
    entries = [one for one in real(options.catalog) if one.communal] if options.catalog else sample_entries()
    index = Index.build(entries)
    lines = [("file", "dangers", "known", "another topic", "none", "choices", "a card", "innocent", "taken")]
    for name in options.files:
        found = [(row["utterance"], row["topic"], judged(index, row["utterance"], row["topic"])) for row in rows(name)]
        dangers = Counter(fate for _, topic, fate in found if topic != NONE)
        innocent = Counter(fate for _, topic, fate in found if topic == NONE)
        count = max(dangers.total(), 1)
        fates = [str(dangers[fate]) for fate in ("another topic", "none", "choose", "answer")]
        known = f"{dangers['right'] / count:.1%}"
        lines.append((name, str(dangers.total()), known, *fates, str(innocent.total()), str(innocent["taken"])))
        for text, topic, fate in found if options.show and not name.startswith(HELD_OUT) else ():
            if fate != "right":
                print(f"{topic} | {fate} | {text}")
    table("Dangers and innocent questions", lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
