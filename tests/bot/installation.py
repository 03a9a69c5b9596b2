"""An installation as the `motcua` command finds it, and the command, ready to run."""

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
from tests.forks import ROOT, STDERR, Forks
from tests.sample import NOW

Outcome = TypeVar("Outcome")
MOTCUA = str(Path(sys.executable).with_name("motcua"))
SECONDS = 120
ADDRESS = "https://motcua.example.vn"
REFUSAL = "Không thực hiện được: "
LEVELS = (5, 5, 4, 4, 3, 1)


def surroundings() -> dict[str, str]:
    """Return the environment of the tests without any setting of the product."""
    return {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}


# What is run before: each kind of work once, so that a run finds its statements, indexes and models made.
EXERCISE = (
    "db check",
    "unit list",
    "staff list",
    "catalog search khai --json",
    "catalog export danh-muc.jsonl",
    "catalog export danh-muc.xlsx",
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

    def __init__(self, folder: Path, sample: Path, forks: Forks) -> None:
        self._settings: dict[str, str] | None = None
        self._streams = [folder / name for name in ("in", "out", "err")]
        exercise = json.dumps([line.split() for line in EXERCISE])
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = forks.start(
            "tests.bot.obeying:main", str(sample), exercise, cwd=ROOT, env=surroundings(), stderr=STDERR, **pipes
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
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
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
        defaults = {"DATABASE_URL": f"sqlite:///{self.file}", "DATA_DIR": str(self.folder), "PUBLIC_URL": ADDRESS}
        return {**surroundings(), **defaults, **settings}

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
