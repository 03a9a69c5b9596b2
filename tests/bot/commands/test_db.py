"""`motcua db backup` and `motcua db restore` as operators run them, and a power cut in the middle of either."""

import asyncio
import hashlib
import json
import shutil
import signal
import sqlite3
import zipfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.installation import Installation, Warm
from tests.forks import COMMAND, Forks

MANY = 20_000


@pytest.fixture
def office(sample_database: Path, tmp_path: Path, warm: Warm) -> Installation:
    """An installation with the sample, and files of its own."""
    shutil.copy(sample_database, tmp_path / "motcua.db")
    for name in ("forms/rieng.toml", "audio/vi/a.mp3", "xep-loai.toml", "secret.key", "forms/.an.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"của {name}", encoding="utf-8")
    return Installation(tmp_path, warm)


def other(office: Installation, name: str = "moi") -> Installation:
    """A second installation, before its first command."""
    (office.folder / name).mkdir()
    return Installation(office.folder / name, office.warm)


def rows(file: Path) -> list[str]:
    """All that a database holds, but the versions of its pages."""
    with closing(sqlite3.connect(file)) as connection:
        return sorted(line for line in connection.iterdump() if "sqlite_sequence" not in line)


def test_a_backup_comes_back_elsewhere(office: Installation) -> None:
    """With the unit's own files, without its secret; the check is content; the output says what else to keep."""
    (office.folder / "forms" / "rieng.toml").unlink()
    said = office.did("db", "backup", "a.zip")
    assert "6 phiếu" in said
    assert "SECRET_KEY" in said
    assert (office.folder / "a.zip").stat().st_mode & 0o077 == 0
    there = other(office)
    there.did("db", "restore", str(office.folder / "a.zip"))
    assert rows(there.file) == rows(office.file)
    assert "Tốt. Đơn vị: 2" in there.did("db", "check")
    assert (there.folder / "audio/vi/a.mp3").read_text("utf-8") == "của audio/vi/a.mp3"
    assert (there.folder / "xep-loai.toml").exists()
    assert not (there.folder / "secret.key").exists()
    assert not (there.folder / "forms").exists()


def test_own_files_that_differ_are_left_and_named(office: Installation) -> None:
    """What the operator changed since is not taken back behind his back."""
    (office.folder / "forms" / "rieng.toml").unlink()
    office.did("db", "backup", "a.zip")
    (office.folder / "audio/vi/a.mp3").write_text("mới", encoding="utf-8")
    said = office.did("db", "restore", "a.zip", "--force")
    assert "a.mp3: khác" in said
    assert (office.folder / "audio/vi/a.mp3").read_text("utf-8") == "mới"


def test_no_file_is_put_outside_its_place(office: Installation) -> None:
    """A backup that somebody made by hand cannot write anywhere else."""
    office.did("db", "backup", "a.zip")
    wrong = ("../ra.toml", "/ra.toml", "secret.key", "forms/../secret.key", "forms\\..\\a", "C:/a.toml", ".env")
    with zipfile.ZipFile(office.folder / "a.zip") as packed:
        parts = {name: packed.read(name) for name in packed.namelist() if not name.startswith("files/")}
    listed = json.loads(parts.pop("manifest.json"))
    listed["files"] = [{"name": name, "rows": 0, "sha256": hashlib.sha256(b"x").hexdigest()} for name in wrong]
    with zipfile.ZipFile(office.folder / "b.zip", "w") as packed:
        for name, raw in {**parts, **{f"files/{name}": b"x" for name in wrong}}.items():
            packed.writestr(zipfile.ZipInfo(name), raw)
        packed.writestr("manifest.json", json.dumps(listed))
    there = other(office)
    said = there.did("db", "restore", str(office.folder / "b.zip"))
    assert said.count("Bỏ qua tệp") == len(wrong)
    assert sorted(path.name for path in there.folder.rglob("*") if path.is_file()) == ["motcua.db"]
    assert not (office.folder / "ra.toml").exists()


REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "a file that is there": (("db", "backup", "co.zip"), "--force"),
    "another ending": (("db", "backup", "a.db"), ".zip"),
    "a folder that is not there": (("db", "backup", "khong/co/a.zip"), "khong/co"),
    "no such backup": (("db", "restore", "khong-co.zip"), "khong-co.zip"),
    "no backup at all": (("db", "restore", "co.zip"), "co.zip"),
    "a folder": (("db", "restore", "."), "không đọc được"),
    "a database with rows": (("db", "restore", "tot.zip"), "response (6)"),
}


@pytest.mark.parametrize(("arguments", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_done_is_refused(office: Installation, arguments: tuple[str, ...], expected: str) -> None:
    """Exit code 1, one sentence, nothing changed."""
    office.did("db", "backup", "tot.zip")
    (office.folder / "co.zip").write_text("x", encoding="utf-8")
    before = rows(office.file)
    done = office.motcua(*arguments)
    assert (done.code, done.out) == (1, "")
    assert expected in done.reason
    assert rows(office.file) == before
    assert (office.folder / "co.zip").read_text("utf-8") == "x"


def test_a_running_server_is_to_be_stopped_first(office: Installation) -> None:
    """An open connection is what a server has; a backup needs no such thing."""
    office.did("db", "backup", "a.zip")
    with closing(sqlite3.connect(office.file)) as server:
        server.execute("SELECT count(*) FROM unit").fetchone()
        office.did("db", "backup", "b.zip")
        done = office.motcua("db", "restore", "a.zip", "--force")
        assert done.code == 1
        assert "motcua run" in done.reason
    office.did("db", "restore", "a.zip", "--force")


def grow(office: Installation) -> None:
    """Add so many forms that writing them takes its time."""
    with closing(sqlite3.connect(office.file)) as connection, connection:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.executemany(
            "INSERT INTO response (id, unit, counter, form, version, digest, source, assisted, day, complete)"
            " VALUES (?, 'sa-dec', 'quay1', 'nhanh', 1, 'd', 'web', 0, '2026-11-02', 1)",
            ((f"{n:032x}",) for n in range(MANY)),
        )


Killed = Callable[..., Awaitable[int]]


@pytest.fixture
def killed(office: Installation, forks: Forks) -> Killed:
    """Runs a command and kills it as soon as something is seen; returns how it ended."""

    async def run(*arguments: str, when: Callable[[], bool]) -> int:
        process = forks.start(COMMAND, *arguments, cwd=office.folder, env=office.environment({}))
        while process.poll() is None and not when():  # noqa: ASYNC110 -- another process's files make no event
            await asyncio.sleep(0.001)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        return process.wait()

    return run


async def test_a_backup_that_is_killed_leaves_none(office: Installation, killed: Killed) -> None:
    """No file under the name asked for, and the old one stays where there was one."""
    grow(office)
    (office.folder / "a.zip").write_text("cũ", encoding="utf-8")

    def is_writing() -> bool:
        return any(path.stat().st_size for path in office.folder.glob(".a-*.zip"))

    assert await killed("db", "backup", "a.zip", "--force", when=is_writing) == -signal.SIGKILL
    assert (office.folder / "a.zip").read_text("utf-8") == "cũ"
    assert "Tốt" in office.did("db", "check")


async def test_a_restoring_that_is_killed_leaves_everything_as_it_was(office: Installation, killed: Killed) -> None:
    """What was there is there, whole, and the restoring can be done again."""
    before = rows(office.file)
    there = other(office)
    shutil.copy(office.file, there.file)
    grow(there)
    there.did("db", "backup", "a.zip")
    log = office.folder / "motcua.db-wal"

    def is_writing() -> bool:
        return log.exists() and log.stat().st_size > 1_000_000

    path = str(there.folder / "a.zip")
    assert await killed("db", "restore", path, "--force", when=is_writing) == -signal.SIGKILL
    assert rows(office.file) == before
    assert "Tốt" in office.did("db", "check")
    office.did("db", "restore", path, "--force")
    assert rows(office.file) == rows(there.file)
