"""Every file that an installation of the sample makes says so; a kind that is added has to be told here."""

import html
import io
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pypdfium2
import pytest
from typer.main import get_command

import locales
from bot.cli import app as commands
from bot.commands.report import BINARY, Format
from reports.documents import MAKERS
from tests.bot.installation import Installation, Warm
from tests.clock import Moment
from tests.reports.dossier_exports import TITLES, book, row

MARK = locales.text("vi", "sample.mark")
PERIOD = "2026-W47"
CAME, DUE = "04/03/2024", "15/03/2024"
OF_THE_UNIT = ("--unit", "sa-dec", "--period", PERIOD)
# What makes the files of each command with a name for a file to write; of those without the mark, why.
MADE: Mapping[str, tuple[tuple[str, ...], ...] | str] = {
    "qr": (("qr", "quay1", "--out", "ap-phich.pdf"),),
    "report": tuple(
        ("report", *OF_THE_UNIT, "--format", kind, "--out", f"bao-cao.{kind}")
        for kind in ("csv", "xlsx", "docx", "levels.png", "trend.png", "reasons.png")
    ),
    "round sheets": (("round", "sheets", "Đợt", "--count", "8", "--out", "phieu.pdf"),),
    "round ballots": (("round", "ballots", "Đợt", "--out", "mau.pdf"),),
    "dossiers apologies": (("dossiers", "apologies", "--unit", "sa-dec", "--out", "thu"),),
    "responses export": (
        ("responses", "export", *OF_THE_UNIT, "--out", "phieu.xlsx"),
        ("responses", "export", *OF_THE_UNIT, "--out", "phieu.csv"),
    ),
    "par template": "empty, for any unit",
    "par score": "holds what somebody filled in, nothing of the installation",
    "par indicators template": "empty, for any unit",
    "par indicators score": "holds what somebody filled in, nothing of the installation",
}
# The modules of pages that hand out files; where the mark of theirs is looked at, or why they have none.
HANDED_OUT = {
    "staff/downloads.py": "the kinds of MAKERS, made as by `motcua report`",
    "staff/dossiers.py": "letters, made as by `motcua dossiers apologies`",
    "citizen/results.py": "tests/web/citizen/test_results.py",
    "citizen/chat.py": "attachments, made as by `motcua report`",
    "citizen/forms.py": "files that a unit uploaded",
    "staff/catalog_books.py": "empty, or what an admin has corrected and sends again; doubtful texts are named in it",
}


def commands_that_write(command: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """The commands with an option or argument "out", by their words."""
    for name, below in getattr(command, "commands", {}).items():
        yield from commands_that_write(below, (*path, name))
    if any(one.name == "out" for one in command.params):
        yield " ".join(path)


def test_no_way_to_a_file_is_forgotten() -> None:
    """Commands, kinds of reports and pages that hand out files: all are told above, and nothing else is."""
    assert set(commands_that_write(get_command(commands))) == set(MADE)
    assert {arguments[-3] for arguments in MADE["report"] if isinstance(arguments, tuple)} == set(MAKERS)
    assert set(BINARY) | {"csv"} == set(MAKERS)
    assert set(Format.__args__) == {*MAKERS, "text", "json"}  # type: ignore[attr-defined]
    pages = Path(str(files("web").joinpath("app.py"))).parent
    found = {
        str(path.relative_to(pages)) for path in pages.rglob("*.py") if "Content-Disposition" in path.read_text("utf-8")
    }
    assert found == set(HANDED_OUT)


@pytest.fixture(scope="module")
def prepared(run_moment: Moment, sample_database: Path, tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> Path:
    """The sample with a round of slips and an overdue dossier, to be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    shutil.copy(sample_database, folder / "motcua.db")
    book(folder, [TITLES, row(1, "H20-1", CAME, DUE)])
    made = Installation(folder, warm)
    made.did("dossiers", "import", "ds.xlsx", "--unit", "sa-dec")
    made.did("round", "open", "Đợt", "--unit", "sa-dec", "--target", "8", "--counter", "quay1")
    return made.file


@pytest.fixture
def installation(prepared: Path, tmp_path: Path, warm: Warm) -> Installation:
    """An installation with them."""
    shutil.copy(prepared, tmp_path / "motcua.db")
    return Installation(tmp_path, warm)


def written_by(installation: Installation, arguments: tuple[str, ...], folder: str) -> dict[str, bytes]:
    """The files that a command writes, by name."""
    (installation.folder / folder).mkdir()
    placed = (*arguments[:-1], f"{folder}/{arguments[-1]}")
    installation.did(*placed)
    return {path.name: path.read_bytes() for path in (installation.folder / folder).rglob("*") if path.is_file()}


def words_of(name: str, content: bytes) -> str:
    """What can be read in a file; nothing in a picture."""
    match name.rpartition(".")[2]:
        case "pdf":
            paper = pypdfium2.PdfDocument(content)
            return "\f".join(page.get_textpage().get_text_range() for page in paper)
        case "docx" | "xlsx":
            return "\n".join(parts_of(content))
        case "png":
            return ""
    return content.decode("utf-8-sig")


def parts_of(content: bytes) -> Iterator[str]:
    """The parts of an Office file as XML."""
    with ZipFile(io.BytesIO(content)) as archive:
        for part in archive.namelist():
            if part.endswith(".xml"):
                yield html.unescape(archive.read(part).decode("utf-8"))


@pytest.mark.parametrize(
    "arguments", [one for made in MADE.values() if isinstance(made, tuple) for one in made], ids=lambda one: one[-1]
)
def test_a_file_of_the_sample_says_so_and_one_of_a_real_unit_does_not(
    arguments: tuple[str, ...], installation: Installation
) -> None:
    """On each page of paper; a picture is another one, as the mark is drawn in it. Notes beside a table count."""
    of_sample = written_by(installation, arguments, "mau")
    assert of_sample != {}
    with closing(sqlite3.connect(installation.file)) as connection:
        connection.execute("UPDATE unit SET demo = 0")
        connection.commit()
    of_unit = written_by(installation, arguments, "that")
    assert [name for name, content in of_unit.items() if MARK in words_of(name, content)] == []
    texts = {name: words_of(name, content) for name, content in of_sample.items()}
    if any(name.endswith(".png") for name in texts):
        assert list(of_sample.values()) != list(of_unit.values())
        return
    assert any(MARK in words for words in texts.values())
    for name, words in texts.items():
        if name.endswith(".pdf"):
            assert [number for number, page in enumerate(words.split("\f")) if MARK not in page] == []
