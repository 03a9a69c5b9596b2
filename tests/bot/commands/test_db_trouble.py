"""Which commands change tables, which only look, and what each says of a database that is not as it should be."""

import ast
import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import upgrade
from storage.database.copies import MARK
from storage.database.engine import create_engine
from storage.database.server_lock import SUFFIX, serving
from surveys.responses import Response
from tests.bot.installation import ROOT, Installation, Warm
from tests.running import free_port
from tests.sample import NOW
from tests.storage.database.filling import fill

FIRST = upgrade.known_revisions()[-1]
READING = {
    "unit list": ("unit", "list"),
    "counter list": ("counter", "list"),
    "staff list": ("staff", "list"),
    "round list": ("round", "list"),
    "privacy list": ("privacy", "list"),
    "search": ("catalog", "search", "khai sinh"),
    "export": ("catalog", "export", "ra.jsonl"),
    "history": ("catalog", "history"),
    "misses": ("catalog", "misses"),
    "qr": ("qr", "quay1", "--out", "ma.png"),
    "report": ("report", "--unit", "sa-dec", "--period", "2026-11"),
    "integrity": ("integrity", "--unit", "sa-dec", "--period", "2026-W47"),
    "responses": ("responses", "export", "--unit", "sa-dec", "--period", "2026-11", "--out", "ra.csv"),
    "due": ("dossiers", "due", "--unit", "sa-dec"),
    "check": ("db", "check"),
}
WRITING = {
    "unit add": ("unit", "add", "xa-moi", "Xã Mới"),
    "counter add": ("counter", "add", "quay9", "Quầy 9", "--unit", "sa-dec"),
    "invite": ("staff", "invite", "--unit", "sa-dec", "--role", "staff"),
    "round open": ("round", "open", "Đợt", "--unit", "sa-dec", "--target", "5"),
    "erase": ("privacy", "erase", "--channel", "telegram", "--user", "1"),
    "chat": ("chat",),
}
# The one list of who may change the tables of a database that has rows; docs/decisions says why.
MIGRATING = {"bot/commands/common.py", "bot/commands/db.py", "bot/commands/run.py"}


@pytest.fixture(scope="session")
def first_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the first version with rows in every table, to be copied."""
    file = tmp_path_factory.mktemp("first") / "motcua.db"

    async def make() -> None:
        engine = create_engine(f"sqlite:///{file}")
        async with upgrade.remaking(engine) as connection:
            await connection.run_sync(upgrade.move, FIRST)
            await connection.run_sync(fill)
        await engine.dispose()

    asyncio.run(make())
    return file


@pytest.fixture
def old(first_database: Path, tmp_path: Path, warm: Warm) -> Installation:
    """An installation whose database is of the first version."""
    shutil.copy(first_database, tmp_path / "motcua.db")
    return Installation(tmp_path, warm)


def names(installation: Installation) -> list[str]:
    """What is in the folder, but for the log that SQLite makes."""
    return sorted(path.name for path in installation.folder.iterdir() if not path.name.endswith(("-wal", "-shm")))


@pytest.mark.parametrize("command", [*READING, *WRITING])
def test_an_older_database_is_left_as_it_is(old: Installation, command: str) -> None:
    """Every command but three says that it is older and what to run, and neither changes nor writes anything."""
    before = old.content()
    done = old.motcua(*(READING | WRITING)[command])
    assert (done.code, done.out) == (1, "")
    assert "phiên bản cũ hơn" in done.reason
    assert "motcua db upgrade" in done.reason
    assert old.content() == before
    assert names(old) == ["motcua.db"]


@pytest.mark.parametrize("command", READING)
def test_who_only_looks_makes_no_database(empty: Installation, command: str) -> None:
    """Where there is none the command says so, and there is none afterwards."""
    done = empty.motcua(*READING[command])
    assert done.code == 1
    assert done.out == ""
    assert "motcua db upgrade" in done.reason
    assert names(empty) == []


def test_only_three_places_change_tables() -> None:
    """A command that migrates by the way would be found here."""
    found = set()
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "storage.database.upgrade":
                found |= {path.relative_to(ROOT).as_posix() for name in node.names if name.name in ("upgrade", "move")}
    assert found == MIGRATING


def test_an_upgrade_tells_what_it_did_and_keeps_what_was(old: Installation) -> None:
    """Every row is there, the copy is named, and a second upgrade makes no other."""
    with closing(sqlite3.connect(old.file)) as file:
        answers = file.execute("SELECT * FROM answer ORDER BY response").fetchall()
    done = old.motcua("db", "upgrade")
    assert done.code == 0
    assert f"từ phiên bản {FIRST} lên {upgrade.HEAD}" in done.err
    (copy,) = [name for name in names(old) if MARK in name]
    assert copy in done.err
    with closing(sqlite3.connect(old.file)) as file, closing(sqlite3.connect(old.folder / copy)) as kept:
        for connection in (file, kept):
            assert connection.execute("SELECT * FROM answer ORDER BY response").fetchall() == answers
    again = old.motcua("db", "upgrade")
    assert (again.code, again.err) == (0, "")
    assert [name for name in names(old) if MARK in name] == [copy]


def test_a_newer_database_is_named_and_left(sample: Installation) -> None:
    """Whoever went back to an older program is told so by every command."""
    with closing(sqlite3.connect(sample.file)) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
        file.commit()
    before = sample.content()
    for command in (("unit", "list"), ("unit", "add", "xa-moi", "Xã Mới"), ("db", "check"), ("db", "upgrade")):
        done = sample.motcua(*command)
        assert done.code == 1
        assert "phiên bản mới hơn" in done.reason
    assert sample.content() == before


def test_a_second_server_on_one_file_is_refused(sample: Installation) -> None:
    """While one serves, another does not start, and commands that write go on working."""
    with serving(f"sqlite:///{sample.file}") as note:
        note()
        done = sample.motcua("run", LISTEN_PORT=str(free_port()))
        assert done.code == 1
        assert str(sample.file) in done.reason
        assert "PostgreSQL" in done.reason
        sample.did("unit", "add", "xa-moi", "Xã Mới")
        sample.did("staff", "invite", "--unit", "xa-moi", "--role", "staff")
        sample.did("db", "check")
        sample.did("db", "upgrade")


def test_tables_are_not_changed_under_a_running_server(old: Installation) -> None:
    """The older program would go on writing into them."""
    before = old.content()
    with serving(f"sqlite:///{old.file}"):
        done = old.motcua("db", "upgrade")
    assert done.code == 1
    assert "motcua run" in done.reason
    assert old.content() == before
    assert old.motcua("db", "upgrade").code == 0


def test_a_check_notices_that_the_server_has_another_file(sample: Installation) -> None:
    """The file at the path is whole; the one that the server writes into is not there any more."""
    with serving(f"sqlite:///{sample.file}") as note:
        note()
        shutil.copy(sample.file, sample.folder / "khac.db")
        (sample.folder / "khac.db").replace(sample.file)
        done = sample.motcua("db", "check")
    assert done.code == 1
    assert "đang dùng một tệp khác" in done.reason
    assert sample.motcua("db", "check").code == 0


@pytest.mark.parametrize("what", ["motcua.db", "."])
def test_a_check_notices_what_cannot_be_written(sample: Installation, what: str) -> None:
    """Exit code 1 and the path that only lets itself be read."""
    path = sample.folder / what
    mode = path.stat().st_mode
    path.chmod(0o500 if path.is_dir() else 0o400)
    done = sample.motcua("db", "check")
    path.chmod(mode)
    assert done.code == 1
    assert "chỉ cho đọc" in done.reason
    assert sample.motcua("db", "check").code == 0


def test_a_check_tells_of_answers_that_an_earlier_version_lost(sample: Installation) -> None:
    """A sent form without any answer: no entrance lets that happen, an upgrade of an earlier version did."""
    assert "Lưu ý" not in sample.did("db", "check")
    blank = Response("mat", "sa-dec", "quay1", "nhanh", 1, "0" * 64, "web", NOW.date(), complete=True)
    sample.asked(lambda tx: tx.keep_responses([blank]))
    assert "Lưu ý: 1 phiếu" in sample.did("db", "check")


def test_the_lock_stands_beside_the_file_and_holds_nobody_up_afterwards(sample: Installation) -> None:
    """Its file stays, which is no lock by itself."""
    for _ in range(2):
        with serving(f"sqlite:///{sample.file}"):
            pass
    assert (sample.folder / f"motcua.db{SUFFIX}").read_bytes() == b""
