"""A document of a statement is the same file whenever and wherever it is made."""

import os
import subprocess
import sys
import time
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from reports.documents import MAKERS, file_name, make, media
from tests.reports.documents.sample import DETAILS, everything, hashes, report, statement

ROOT = Path(__file__).parents[3]
OFFICE = ("xlsx", "docx")
PROGRAM = """
import time
from tests.reports.documents.sample import hashes
print(hash("order"), time.timezone, *hashes(), sep="\\n")
"""


def elsewhere(seed: str, zone: str) -> list[str]:
    """The hashes of all documents as another process makes them, with what it says of itself."""
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 -- our own
    return done.stdout.splitlines()


def test_two_processes_make_the_same_bytes() -> None:
    """Another order of hashing and another time zone change nothing; there is a line for each kind."""
    order, zone, *made = elsewhere("2", "Pacific/Chatham")
    assert order != str(hash("order"))
    assert zone != str(time.timezone)
    assert len(made) == len(MAKERS)
    assert made == hashes()


@pytest.mark.parametrize("kind", OFFICE)
def test_an_office_file_bears_the_statements_time_and_no_other(kind: str) -> None:
    """The archive's entries and the document's own properties are of the moment of the compilation, in UTC."""
    with zipfile.ZipFile(BytesIO(make(kind, everything(), DETAILS))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 20, 2, 5, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2026-11-20T02:05:00Z") == 2
    assert archive.namelist()[0] == "[Content_Types].xml"


@pytest.mark.parametrize("kind", OFFICE)
def test_a_later_compilation_is_another_file(kind: str) -> None:
    """The time is the statement's, so it must show."""
    one = statement()
    other = statement(made_at=one.made_at + timedelta(hours=1))
    assert make(kind, one, DETAILS) != make(kind, other, DETAILS)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_report_without_answers_makes_every_document(kind: str) -> None:
    """An empty quarter is reported as empty; nothing divides by zero."""
    empty = statement(report(dict.fromkeys(range(1, 6), 0), forms=0))
    assert len(make(kind, empty)) > 100
    assert media(kind)


@pytest.mark.parametrize(
    ("number", "kind", "name"),
    [
        (1, "docx", "sa-dec_2026-Q3-cchc.docx"),
        (0, "csv", "sa-dec_2026-Q3-cchc.csv"),
        (2, "levels.png", "sa-dec_2026-Q3-cchc-2.levels.png"),
    ],
)
def test_files_are_named_after_unit_and_period(number: int, kind: str, name: str) -> None:
    """A restatement does not overwrite what it restates."""
    assert file_name(kind, statement(number=number)) == name
