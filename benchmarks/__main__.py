"""`make bench`: every benchmark, or those named on the command line."""

import argparse
import os
import platform
import sys
from pathlib import Path

from benchmarks import answers, figures, live, search, starting, turns, zalo
from benchmarks.catalogs import made, real

PARTS = {
    "search": search.run,
    "turns": turns.run,
    "zalo": zalo.run,
    "answers": answers.run,
    "figures": figures.run,
    "starting": starting.run,
    "live": live.run,
}


def main() -> int:
    """Run benchmarks and print their figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="default: all")
    parser.add_argument("--catalog", type=Path, help="a catalog file (.jsonl) to measure on, instead of a made-up one")
    parser.add_argument("--questions", type=Path, nargs="*", default=[], help="further question files (.tsv)")
    parser.add_argument("--held-out", action="store_true", help="the questions kept for the end too, as totals")
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    options = parser.parse_args()
    entries = real(options.catalog) if options.catalog else made(6_646)
    origin = options.catalog.name if options.catalog else "made up around the shipped lexicon"
    print(f"CPython {platform.python_version()}, {os.cpu_count()} processors, {platform.machine()}")
    print(f"catalog: {len(entries)} procedures, {origin}\n")
    for part in options.parts or PARTS:
        PARTS[part](entries, options)
        print(flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
