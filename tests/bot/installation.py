"""An installation as the `motcua` command finds it, and the command, imported once for all tests."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from bot.demo import load_sample
from bot.settings import Settings
from handlers.turn import NoteMiss
from storage.database.upgrade import upgrade
from storage.store import SqlStore
from surveys.questionnaire import shipped
from surveys.responses import Response
from tests.sample import NOW

Outcome = TypeVar("Outcome")
MOTCUA = str(Path(sys.executable).with_name("motcua"))
ROOT = Path(__file__).parents[2]
SECONDS = 120
ADDRESS = "https://motcua.example.vn"
REFUSAL = "Không thực hiện được: "
LEVELS = (5, 5, 4, 4, 3, 1)


def surroundings() -> dict[str, str]:
    """Return the environment of the tests without any setting of the product."""
    return {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}


# Starting Python and its libraries takes ten times as long as most commands do, and what libraries make when it is
# first asked for takes half of the rest. So the command is imported once, with what it imports when it is needed, a few
# commands are run on a copy of the sample, and every module of tests has a process forked from there for each of the
# settings it gives: to fork, and to write into memory that is shared until then, takes three times as long as most
# commands do. It runs one command after the other, each in its folder, with an environment and streams of its own.
WARM = """
import contextlib, datetime, functools, gc, io, json, os, shutil, signal, sys, tempfile, threading, traceback
import unittest.mock
from tests import kept_index, quick_libraries, sqlite_at_hand

quick_libraries.keep()
sqlite_at_hand.keep()
import aiosqlite, alembic.command, asyncpg, docxtpl, matplotlib.backends.backend_agg, numpy.ma, openpyxl
import defusedxml.ElementTree, dateutil.parser, holidays, mpl_toolkits, reportlab.pdfgen.canvas, typer._adapters
import bot.app, bot.channels.zalo.tokens, bot.cli, qrcode.image.svg, rich.progress, structlog, web.staff.zalo
import catalog.circumstances, catalog.index, catalog.topics, sitecustomize, storage.database.engine, typer.main
import reports.working_days, storage.database.upgrade

storage.database.engine.SYNCHRONOUS = "OFF"
kept_index.keep()
catalog.index.Index.build(())
catalog.topics.shipped()
catalog.circumstances.circumstances()
reports.working_days.working_days_after(datetime.date(2026, 11, 20), 1)
storage.database.upgrade.known_revisions()
typer.main.get_command = functools.cache(typer.main.get_command)
typer.main.get_command(bot.cli.app)
before, beginning, said = dict(os.environ), os.getcwd(), io.StringIO()
with (
    tempfile.TemporaryDirectory() as folder,
    contextlib.redirect_stdout(said),
    contextlib.redirect_stderr(said),
    unittest.mock.patch("bot.logs.configure"),
):
    os.chdir(folder)
    shutil.copy(sys.argv[1], "motcua.db")
    os.environ.update(DATABASE_URL="sqlite:///motcua.db", DATA_DIR=folder, PUBLIC_URL="http://127.0.0.1")
    for arguments in json.loads(sys.argv[2]):
        sys.argv = ["motcua", *arguments]
        try:
            bot.cli.main()
        except SystemExit as end:
            assert not end.code, said.getvalue()
    os.chdir(beginning)
os.environ.clear()
os.environ.update(before)
assert threading.active_count() == 1, threading.enumerate()
gc.collect()
gc.freeze()

# A logger is asked for anew by each command: it may log otherwise than the one before it.
configure = structlog.configure
structlog.configure = lambda **given: configure(**{**given, "cache_logger_on_first_use": False})

def run(order):
    signal.alarm(60)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sitecustomize.set_clock()
    for number, name in enumerate(order["streams"]):
        opened = os.open(name, os.O_RDWR | os.O_CREAT)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, encoding="utf-8", closefd=False)
    sys.argv = ["motcua", *order["arguments"]]
    try:
        bot.cli.main()
    except SystemExit as end:
        return end.code or 0
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        signal.alarm(0)
    return 0

orders, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
for line in orders:
    order, code = json.loads(line), 0
    if order and not (child := os.fork()):
        sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))
        while order:
            print(run(order), file=answers, flush=True)
            order = json.loads(orders.readline() or "null")
        os._exit(0)
    if order:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(code, file=answers, flush=True)
"""

# What is run before: each kind of work once, so that a run finds its statements, indexes and models made.
EXERCISE = (
    "db check",
    "unit list",
    "staff list",
    "catalog search khai --json",
    "catalog export danh-muc.jsonl",
    "qr quay1 --out ma.svg",
    "qr quay1 --out ma.pdf",
    "integrity --unit sa-dec --period 2026-W47",
    "report --unit sa-dec --period 2026-W47",
    *(
        f"report --unit sa-dec --period 2026-W47 --format {form} --out bao-cao"
        for form in ("docx", "xlsx", "levels.png", "reasons.png", "trend.png")
    ),
)


@dataclass(frozen=True)
class Done:
    """What became of a command."""

    code: int
    out: str
    err: str

    @property
    def reason(self) -> str:
        """The sentence of a refusal: the last line on standard error and the only one of its kind."""
        lines = self.err.splitlines()
        assert [line.startswith(REFUSAL) for line in lines].count(True) == 1, self.err
        assert lines[-1].startswith(REFUSAL), self.err
        return lines[-1].removeprefix(REFUSAL)


class Warm:
    """The command, ready to run."""

    def __init__(self, folder: Path, sample: Path) -> None:
        self._settings: dict[str, str] | None = None
        self._streams = [folder / name for name in ("in", "out", "err")]
        command = [sys.executable, "-c", WARM, str(sample), json.dumps([line.split() for line in EXERCISE])]
        self._process = subprocess.Popen(  # noqa: S603 -- our own interpreter on our own text
            command, env=surroundings(), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def run(
        self,
        folder: Path,
        environment: dict[str, str],
        settings: dict[str, str],
        arguments: Sequence[str],
        typed: str,
    ) -> Done:
        """Run the command to its end, in a process that has been given no other settings."""
        for stream, content in zip(self._streams, (typed, "", ""), strict=True):
            stream.write_text(content, encoding="utf-8")
        streams = [str(stream) for stream in self._streams]
        if self._settings != settings:
            self.leave()
        self._settings = settings
        order = {"folder": str(folder), "environment": environment, "streams": streams, "arguments": arguments}
        code = self._ordered(order)
        _, out, err = (stream.read_text(encoding="utf-8") for stream in self._streams)
        return Done(code, out, err)

    def leave(self) -> None:
        """End the process that took the last orders, which may keep files open."""
        if self._settings is not None:
            self._ordered(None)
        self._settings = None

    def _ordered(self, order: dict[str, object] | None) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End it."""
        self._process.communicate()


@dataclass(frozen=True)
class Installation:
    """A folder with a database of its own, as the command finds it."""

    folder: Path
    warm: Warm

    @property
    def file(self) -> Path:
        """The database file."""
        return self.folder / "motcua.db"

    def environment(self, settings: dict[str, str]) -> dict[str, str]:
        """The environment of a command: none of this machine's settings, the folder's own, and more."""
        own = {"DATABASE_URL": f"sqlite:///{self.file}", "DATA_DIR": str(self.folder), "PUBLIC_URL": ADDRESS}
        return {**surroundings(), **own, **settings}

    def motcua(self, *arguments: str, lines: Sequence[str] = (), **settings: str) -> Done:
        """Run the command to its end; `lines` are typed into it, `settings` are set in its environment."""
        typed = "".join(f"{line}\n" for line in lines)
        done = self.warm.run(self.folder, self.environment(settings), settings, arguments, typed)
        assert "Traceback" not in done.err, done.err
        return done

    def did(self, *arguments: str, lines: Sequence[str] = (), **settings: str) -> str:
        """Run a command that is done; returns what it printed."""
        done = self.motcua(*arguments, lines=lines, **settings)
        assert done.code == 0, done.err
        return done.out

    async def script(self, *arguments: str, lines: Sequence[str] = (), **settings: str) -> Done:
        """Run the installed script itself, through pipes."""
        process = await asyncio.create_subprocess_exec(
            MOTCUA,
            *arguments,
            cwd=self.folder,
            env=self.environment(settings),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(SECONDS):
            out, err = await process.communicate("".join(f"{line}\n" for line in lines).encode())
        assert process.returncode is not None
        return Done(process.returncode, out.decode(), err.decode())

    async def asking(self, work: Callable[[Any], Awaitable[Outcome]]) -> Outcome:
        """Ask the database something, in a transaction."""
        store = SqlStore.open(f"sqlite:///{self.file}")
        try:
            async with store.transaction() as tx:
                return await work(tx)
        finally:
            await store.close()

    def asked(self, work: Callable[[Any], Awaitable[Outcome]]) -> Outcome:
        """Ask the database something where no loop is running."""
        return asyncio.run(self.asking(work))

    def content(self) -> list[str]:
        """All that the database holds, as SQL."""
        with closing(sqlite3.connect(self.file)) as connection:
            return list(connection.iterdump())


async def prepare(file: Path) -> None:
    """A database with the sample, six ratings of one day, and two questions without an answer."""
    store = SqlStore.open(f"sqlite:///{file}")
    await upgrade(store.engine)
    await load_sample(store, NOW)
    given = [
        Response(f"{n}", "sa-dec", "quay1", "nhanh", 1, "0" * 64, "web", NOW.date(), answers={"overall": level})
        for n, level in enumerate(LEVELS)
    ]
    async with store.transaction() as tx:
        await tx.keep_forms(shipped().values())
        await tx.keep_responses(given)
        await tx.note_misses(
            [
                *(NoteMiss(unit, "nuôi chim yến") for unit in ("sa-dec", "")),
                NoteMiss("sa-dec", "xin số đẹp", "not_this"),
            ],
            date(2026, 11, 20),
        )
    await store.close()
