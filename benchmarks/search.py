"""How often the search is right, and how fast, against ordinary search engines on the same questions."""

import argparse
import asyncio
import gc
import sqlite3
import time
import tracemalloc
from collections.abc import Callable, Sequence

import asyncpg
import bm25s
import tantivy
from rapidfuzz import fuzz, process

from benchmarks.answers import POSTGRES
from benchmarks.catalogs import made
from benchmarks.measuring import percentile, table
from catalog.entries import Entry
from catalog.index import Index
from catalog.text import fold, folded_words
from tests.questions import FOLDER, Asked, questions, read, restyled

SIZES = (400, 6_646, 60_000)
LIMITS_MS = {400: 1.0, 6_646: 3.0, 60_000: 15.0}
# Prefix of the files of questions of which only totals are printed, on request, and which are never read in tuning.
HELD_OUT = "heldout"
Finder = Callable[[str], list[str]]


def run(entries: Sequence[Entry], options: argparse.Namespace) -> None:
    """Print hit rates by typing style, decisions, speed by size, and the peers."""
    names = [path.stem for path in sorted(FOLDER.glob("*.tsv"))]
    sets = {name: list(questions(name)) for name in names if not name.startswith(HELD_OUT)}
    sets |= {path.stem: list(read(path)) for path in options.questions}
    held_out = {name: list(questions(name)) for name in names if name.startswith(HELD_OUT) and options.held_out}
    index = Index.build(entries)
    communal = [entry for entry in entries if entry.communal]
    for title, searched, known in (
        ("all procedures", index, entries),
        ("a commune's", Index.build(communal), communal),
    ):
        _tell_quality(title, searched, sets, held_out, {entry.code for entry in known})
    codes = {entry.code for entry in entries}
    _tell_speed(sets, 300 if options.quick else 1_000)
    asyncio.run(_tell_peers(entries, index, [one for listed in sets.values() for one in listed if one.codes & codes]))


def _tell_quality(
    title: str, index: Index, sets: dict[str, list[Asked]], held_out: dict[str, list[Asked]], codes: set[str]
) -> None:
    rows = [
        ("questions", "n", "first", "first three", "turned away", "answers", "sure", "wrong answers", "NONE recognised")
    ]
    for name, listed in sets.items():
        for style in ("", *sorted({one.style for one in listed} - {""})):
            chosen = [one for one in listed if style in ("", one.style)]
            rows += [_quality(index, f"{name} {style}", chosen, codes)]
    rows += [_quality(index, name, listed, codes) for name, listed in held_out.items()]
    table(f"Right procedure found: {title}", rows)
    print()
    rows = rows[:1]
    for name, listed in sets.items():
        rows += [_quality(index, f"{name} {style}", typed, codes) for style, typed in restyled(listed).items()]
    table(f"The same questions typed in other ways, those written with diacritics: {title}", rows)
    print()


def _quality(index: Index, title: str, listed: Sequence[Asked], codes: set[str]) -> tuple[str, ...]:
    inside = [(one, index.search(one.text)) for one in listed if one.codes & codes]
    outside = [index.search(one.text).decision for one in listed if not one.codes]
    first = sum(bool(r.hits) and r.hits[0].code in one.codes for one, r in inside)
    three = sum(not one.codes.isdisjoint({hit.code for hit in r.hits[:3]}) for one, r in inside)
    answers = [(one, r) for one, r in inside if r.decision == "answer"]
    wrong = sum(r.hits[0].code not in one.codes for one, r in answers) + outside.count("answer")
    return (
        title, str(len(inside)), _share(first, len(inside)), _share(three, len(inside)),
        _share(sum(r.decision == "none" for _, r in inside), len(inside)), _share(len(answers), len(inside)),
        _share(sum(r.sure for _, r in answers), len(inside)),
        _share(wrong, len(answers) + outside.count("answer")), _share(outside.count("none"), len(outside)),
    )  # fmt: skip


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


def _tell_speed(sets: dict[str, list[Asked]], count: int) -> None:
    texts = [one.text for listed in sets.values() for one in listed][:count]
    rows = [("procedures", "build", "memory", "p50", "p99", "limit", "p99 / limit")]
    for size in SIZES:
        entries = made(size)
        gc.collect()
        tracemalloc.start()
        index = Index.build(entries)
        megabytes = tracemalloc.get_traced_memory()[0] / 1024 / 1024
        tracemalloc.stop()
        started = time.perf_counter()
        Index.build(entries)
        seconds = time.perf_counter() - started
        times = [index.search(text).ms for text in texts]
        p50, p99, limit = percentile(times, 0.5), percentile(times, 0.99), LIMITS_MS[size]
        built = (f"{size:,}", f"{seconds:.2f} s", f"{megabytes:.0f} MB")
        rows.append((*built, f"{p50:.2f} ms", f"{p99:.2f} ms", f"{limit:.0f} ms", f"{p99 / limit:.2f}"))
    table("Speed on one processor, catalogs made up around the lexicon", rows)
    print()


async def _tell_peers(entries: Sequence[Entry], index: Index, asked: Sequence[Asked]) -> None:
    finders: dict[str, Finder] = {
        "Một Cửa": lambda text: [hit.code for hit in index.search(text, 3).hits],
        "SQLite FTS5, folded": _fts5(entries),
        "bm25s, folded": _bm25(entries),
        "tantivy, folded": _tantivy(entries),
        "RapidFuzz WRatio, folded": _rapidfuzz(entries),
    }
    found = {title: _measure(finder, asked) for title, finder in finders.items()}
    if (postgres := await _postgres(entries, asked)) is not None:
        found["PostgreSQL pg_trgm + unaccent"] = postgres
    else:
        print(f"PostgreSQL does not answer at {POSTGRES}, or has no pg_trgm and unaccent: not measured")
    ours = found["Một Cửa"]
    rows = [("engine", "first", "first three", "ms a question", "right first: ours / theirs", "time: theirs / ours")]
    rows += [
        (title, f"{first:.1%}", f"{three:.1%}", f"{ms:.2f}", f"{ours[0] / max(first, 1e-9):.2f}", f"{ms / ours[2]:.1f}")
        for title, (first, three, ms) in found.items()
    ]
    table(f"The same {len(asked)} questions over the same {len(entries)} names", rows)


def _measure(finder: Finder, asked: Sequence[Asked]) -> tuple[float, float, float]:
    first = three = 0
    started = time.perf_counter()
    for one in asked:
        codes = finder(one.text)
        first += bool(codes) and codes[0] in one.codes
        three += not one.codes.isdisjoint(codes[:3])
    return first / len(asked), three / len(asked), (time.perf_counter() - started) * 1000 / len(asked)


def _fts5(entries: Sequence[Entry]) -> Finder:
    database = sqlite3.connect(":memory:")
    database.execute("create virtual table names using fts5(code unindexed, name)")
    database.executemany("insert into names values (?, ?)", [(entry.code, fold(entry.title)) for entry in entries])

    def find(text: str) -> list[str]:
        query = " OR ".join(f'"{word}"' for word in folded_words(text))
        rows = database.execute("select code from names where names match ? order by rank limit 3", (query or '""',))
        return [code for (code,) in rows]

    return find


def _bm25(entries: Sequence[Entry]) -> Finder:
    engine = bm25s.BM25()
    engine.index([folded_words(entry.title) for entry in entries], show_progress=False)

    def find(text: str) -> list[str]:
        documents, _ = engine.retrieve([folded_words(text) or ["-"]], k=3, show_progress=False)
        return [entries[i].code for i in documents[0]]

    return find


def _tantivy(entries: Sequence[Entry]) -> Finder:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("code", stored=True)
    builder.add_text_field("name")
    engine = tantivy.Index(builder.build())
    writer = engine.writer()
    for entry in entries:
        writer.add_document(tantivy.Document(code=entry.code, name=fold(entry.title)))
    writer.commit()
    engine.reload()
    searcher = engine.searcher()

    def find(text: str) -> list[str]:
        query = engine.parse_query(" ".join(folded_words(text)), ["name"])
        return [searcher.doc(address)["code"][0] for _, address in searcher.search(query, 3).hits]

    return find


def _rapidfuzz(entries: Sequence[Entry]) -> Finder:
    names = [fold(entry.title) for entry in entries]

    def find(text: str) -> list[str]:
        return [entries[i].code for _, _, i in process.extract(fold(text), names, scorer=fuzz.WRatio, limit=3)]

    return find


async def _postgres(entries: Sequence[Entry], asked: Sequence[Asked]) -> tuple[float, float, float] | None:
    try:
        connection = await asyncpg.connect(POSTGRES, timeout=1)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return None
    try:
        await connection.execute("create extension if not exists pg_trgm; create extension if not exists unaccent")
        await connection.execute("create temporary table names (code text, name text)")
        await connection.executemany(
            "insert into names values ($1, unaccent(lower($2)))", [(entry.code, entry.title) for entry in entries]
        )
        await connection.execute("create index on names using gist (name gist_trgm_ops)")
        query = "select code from names order by name <->> unaccent(lower($1)) limit 3"
        found = {one.text: [row["code"] for row in await connection.fetch(query, one.text)] for one in asked[:1]}
        started = time.perf_counter()
        found |= {one.text: [row["code"] for row in await connection.fetch(query, one.text)] for one in asked}
        seconds = time.perf_counter() - started
    except asyncpg.PostgresError:
        return None
    finally:
        await connection.close()
    first, three, _ = _measure(lambda text: found[text], asked)
    return first, three, seconds * 1000 / len(asked)
