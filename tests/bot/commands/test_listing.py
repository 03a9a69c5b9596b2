"""Lists as a terminal, a pipe and a program get them."""

import json
import sys
from dataclasses import dataclass
from datetime import date

import pytest

from bot.commands.listing import print_list


@dataclass(frozen=True)
class Place:
    """Something that is listed."""

    code: str
    name: str
    since: date


FOUND = [Place("q1", "Quầy [1]", date(2026, 11, 20)), Place("q2", "Quầy Hộ tịch", date(2026, 1, 2))]


def printed(capsys: pytest.CaptureFixture[str], *, as_json: bool = False) -> str:
    """What is printed of the places."""
    print_list(FOUND, ("Mã", "Tên"), lambda one: (one.code, one.name), as_json=as_json)
    return capsys.readouterr().out


def test_behind_a_pipe_every_line_is_one_that_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    """Cells are parted by tabs; there is no heading."""
    assert printed(capsys) == "q1\tQuầy [1]\nq2\tQuầy Hộ tịch\n"


def test_json_holds_all_that_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    """Days are written as ISO 8601 writes them."""
    assert json.loads(printed(capsys, as_json=True)) == [
        {"code": "q1", "name": "Quầy [1]", "since": "2026-11-20"},
        {"code": "q2", "name": "Quầy Hộ tịch", "since": "2026-01-02"},
    ]


def test_a_terminal_shows_a_table_with_headings(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names are shown as they are, also with brackets, which Rich would take for its own."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    lines = [line.split() for line in printed(capsys).splitlines()]
    assert ["Mã", "Tên"] in lines
    assert ["q1", "Quầy", "[1]"] in lines
