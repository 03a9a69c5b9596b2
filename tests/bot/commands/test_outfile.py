"""Files that commands write are whole, or what was there before: on a full disk, beside a pipe, through a link."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.commands.common import Refused
from bot.commands.outfile import write_bytes, written
from tests.bot.installation import ROOT, Installation, Warm

OLD = b"c\xc5\xa9"
LIMIT = 4096
COMMANDS = {
    "report": (("report", "--unit", "sa-dec", "--period", "2026-11", "--out"), "ra.txt"),
    "report docx": (("report", "--unit", "sa-dec", "--period", "2026-11", "--format", "docx", "--out"), "ra.docx"),
    "report xlsx": (("report", "--unit", "sa-dec", "--period", "2026-11", "--format", "xlsx", "--out"), "ra.xlsx"),
    "qr pdf": (("qr", "quay1", "--out"), "ma.pdf"),
    "qr png": (("qr", "quay1", "--out"), "ma.png"),
    "qr svg": (("qr", "quay1", "--out"), "ma.svg"),
    "catalog": (("catalog", "export"), "ra.jsonl"),
    "responses csv": (("responses", "export", "--unit", "sa-dec", "--period", "2026-11", "--out"), "ra.csv"),
    "responses xlsx": (("responses", "export", "--unit", "sa-dec", "--period", "2026-11", "--out"), "ra.xlsx"),
    "round sheets": (("round", "sheets", "Đợt", "--count", "3", "--out"), "phieu.pdf"),
    "round ballots": (("round", "ballots", "Đợt", "--count", "3", "--out"), "phieu.pdf"),
    "par": (("par", "template", "--out"), "par.xlsx"),
    "indicators": (("par", "indicators", "template", "--out"), "chi-so.xlsx"),
    "backup": (("db", "backup", "--force"), "sao-luu.zip"),
}


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def limited() -> Iterator[None]:
    """Let this process write no file beyond so many bytes: it meets what a full disk or a quota does."""
    ours, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (ours, most))


@pytest.fixture
def full(tmp_path: Path, warm: Warm) -> Iterator[Path]:
    """A disk of its own that is full, with an old file for every command; only root can make one."""
    if os.geteuid() != 0:
        pytest.skip("a disk of its own can be mounted by root alone")
    folder = tmp_path / "day"
    folder.mkdir()
    mounted = subprocess.run(  # noqa: S603 -- our own folder
        ["/bin/mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no disk of its own can be mounted here: {mounted.stderr.strip()}")
    try:
        for _, name in COMMANDS.values():
            (folder / name).write_bytes(OLD)
        with (folder / "day").open("wb", buffering=0) as filling:
            try:
                while True:
                    filling.write(bytes(4096))
            except OSError:
                pass
        yield folder
    finally:
        warm.leave()
        subprocess.run(["/bin/umount", str(folder)], check=True)  # noqa: S603 -- our own folder


@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_leaves_what_was_there(sample: Installation, full: Path, command: str) -> None:
    """Exit code 1 with a sentence; the old file is as it was, and nothing half written is left."""
    if command.startswith("round"):
        sample.did("round", "open", "Đợt", "--unit", "sa-dec", "--target", "5", "--period", "2026")
    arguments, name = COMMANDS[command]
    before = names(full)
    done = sample.motcua(*arguments, str(full / name))
    assert done.code == 1
    assert str(full) in done.reason
    assert "ổ đĩa đã đầy" in done.reason
    assert (full / name).read_bytes() == OLD
    assert names(full) == before
    if command.startswith("round"):
        # Slips of a paper that was not written are not given out.
        assert sample.did("round", "list").split("\t")[6] == "0"


def test_output_that_the_disk_does_not_take_is_said(sample: Installation) -> None:
    """What is printed into a file on a full disk ends with a sentence and exit code 1."""
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", "import bot.cli; bot.cli.main()", "report", "--unit", "sa-dec", "--period", "2026"],
            cwd=sample.folder, env={**sample.environment({}), "PYTHONPATH": str(ROOT)}, stdout=full,
            stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "không ghi hết được" in done.stderr


@pytest.mark.parametrize("before", [OLD, None], ids=["over-an-old-file", "new"])
def test_a_limit_of_the_process_leaves_what_was_there(tmp_path: Path, before: bytes | None) -> None:
    """A quota is no full disk, and ends the same."""
    out = tmp_path / "ra.bin"
    if before is not None:
        out.write_bytes(before)
    with pytest.raises(Refused, match="tệp vượt cỡ"), limited():
        write_bytes(out, bytes(2 * LIMIT))
    assert names(tmp_path) == ([] if before is None else ["ra.bin"])
    assert before is None or out.read_bytes() == before


def test_a_failure_while_writing_leaves_what_was_there(tmp_path: Path) -> None:
    """Whatever goes wrong in between, also what is no trouble with a file."""
    out = tmp_path / "ra.txt"
    out.write_bytes(OLD)

    def fail() -> None:
        with written(out) as path:
            path.write_text("nửa chừng")
            raise ValueError("thử")

    with pytest.raises(ValueError, match="thử"):
        fail()
    assert (out.read_bytes(), names(tmp_path)) == (OLD, ["ra.txt"])


def test_a_link_goes_on_leading_where_it_led(tmp_path: Path) -> None:
    """The file behind it is replaced, not the link."""
    (tmp_path / "thật.txt").write_bytes(OLD)
    (tmp_path / "nối.txt").symlink_to(tmp_path / "thật.txt")
    write_bytes(tmp_path / "nối.txt", b"m")
    assert (tmp_path / "nối.txt").is_symlink()
    assert (tmp_path / "thật.txt").read_bytes() == b"m"


def test_a_new_file_is_like_any_other(tmp_path: Path) -> None:
    """Who may read it follows the umask, unless it is for its owner alone."""
    before = os.umask(0o027)
    write_bytes(tmp_path / "a", b"m")
    with written(tmp_path / "b", 0o600) as path:
        path.write_bytes(b"m")
    os.umask(before)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in "ab"] == [0o640, 0o600]


def test_what_is_no_file_is_written_to(tmp_path: Path) -> None:
    """A pipe gets the content and stays a pipe; a device that takes nothing is named."""
    pipe = tmp_path / "ống"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_bytes(pipe, b"m")
    assert os.read(reader, 10) == b"m"
    os.close(reader)
    assert pipe.is_fifo()
    with pytest.raises(Refused, match="/dev/full"):
        write_bytes(Path("/dev/full"), b"m")


def test_a_folder_is_named(tmp_path: Path) -> None:
    """Where a folder stands no file is written."""
    with pytest.raises(Refused, match="là một thư mục"):
        write_bytes(tmp_path, b"m")
