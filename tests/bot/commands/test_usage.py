"""How the command line explains itself: in Vietnamese, whatever is asked or typed wrong."""

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from typer.core import TyperArgument, TyperGroup, TyperOption
from typer.main import get_command

from bot.cli import app
from bot.commands.common import is_confirmed
from tests.bot.installation import ROOT as FOLDER

ROOT: Any = get_command(app)
# What Typer, Click and pydantic say, and the names of Python's types.
ENGLISH = re.compile(
    r"\b(usage|options?|commands?|args|arguments?|show|exit|required|default|range|missing|invalid|error|try|help for|"
    r"such|mean|unexpected|extra|requires|values?|valid|input|should|not|formats?|one of|choose|str|int|path|text|"
    r"integer|datetime|aborted)\b",
    re.IGNORECASE,
)


def walk(command: Any = ROOT, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every group and command with its names."""
    yield path, command
    if isinstance(command, TyperGroup):
        for name, below in command.commands.items():
            yield from walk(below, (*path, name))


def english(said: str) -> list[str]:
    """The English words of a text, but for what is typed: options, values and commands."""
    typed = r"--\S+|mặc định: \S+|'[^']*'|motcua [a-z ]+|\S*[|]\S*|^  [a-z]+  "
    return ENGLISH.findall(re.sub(typed, "", said, flags=re.MULTILINE))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str, str]:
    """The exit code and what was printed."""
    with pytest.raises(SystemExit) as ended:
        ROOT.main(list(arguments), prog_name="motcua")
    printed = capsys.readouterr()
    return ended.value.code, printed.out, printed.err


def wrong_values(command: Any) -> Iterator[list[str]]:
    """Values that one option or argument after the other cannot have, and options without one."""
    for param in command.params:
        if isinstance(param, TyperOption):
            yield [f"{param.opts[0]}=x"] if param.is_flag else [param.opts[0]]
        kind = param.type_descriptor
        if kind.is_choice or kind.is_datetime or kind.annotation is int:
            yield [param.opts[0], "x"] if isinstance(param, TyperOption) else ["x"]


def test_every_help_is_vietnamese(capsys: pytest.CaptureFixture[str]) -> None:
    """Every group and command, with its frames, names and kinds of values."""
    for path, command in walk():
        code, out, _ = run(capsys, *path, "--help")
        assert (path, code, english(out)) == (path, 0, [])
        assert out.startswith(f"Cách dùng: {' '.join(('motcua', *path))} [TÙY CHỌN]")
        assert [param.name for param in command.params if isinstance(param, TyperArgument) and not param.metavar] == []


def test_whatever_is_typed_wrong_is_said_in_vietnamese(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2: an unknown option, an argument too many, one too few, a value of another kind, for every command."""
    for path, command in walk():
        enough = ["1" for param in command.params if isinstance(param, TyperArgument)]
        lacking = [[]] if any(param.required for param in command.params) else []
        tried = [["--khong-co"], [*enough, "a", "b"], *lacking, *wrong_values(command)]
        for arguments in tried:
            code, out, err = run(capsys, *path, *arguments)
            assert (path, arguments, code, out, english(err)) == (path, arguments, 2, "", [])
            assert re.search(r"^Lỗi: .+[.?]$", err, re.MULTILINE)


def test_a_command_that_is_near_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """So is an option."""
    assert "không có lệnh 'dossier'; có phải là dossiers?" in run(capsys, "dossier")[2]
    assert "không có tùy chọn '--jsn'; có phải là --json?" in run(capsys, "unit", "list", "--jsn")[2]


class Terminal(io.StringIO):
    """What somebody types."""

    def isatty(self) -> bool:
        """Somebody sits there."""
        return True


@pytest.mark.parametrize(
    ("typed", "confirmed"),
    [
        ("c", True),
        ("Có", True),
        ("y", True),
        ("k", False),
        ("không", False),
        ("n", False),
        ("", False),
        ("sao?\nc", True),
    ],
)
def test_yes_and_no_are_vietnamese_or_english(monkeypatch: pytest.MonkeyPatch, typed: str, confirmed: bool) -> None:
    """What is neither is asked again; nothing is no."""
    monkeypatch.setattr("sys.stdin", Terminal(f"{typed}\n"))
    assert is_confirmed("Nhập phần còn lại?") is confirmed


@pytest.mark.parametrize(("stopped", "code"), [(KeyboardInterrupt, 130), (EOFError, 1)])
def test_who_stops_a_command_reads_that_it_stopped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, stopped: type[BaseException], code: int
) -> None:
    """Ctrl-C and the end of what is typed have exit codes of their own and one word."""

    def stop(*_: object) -> None:
        raise stopped

    monkeypatch.setattr(ROOT.commands["db"].commands["check"], "callback", stop)
    ended, out, err = run(capsys, "db", "check")
    assert (ended, out, err.strip()) == (code, "", "Đã dừng.")


def test_ctrl_c_while_it_loads_leaves_no_trace() -> None:
    """Before the libraries are there; afterwards it is an exception that commands can clean up after."""
    script = """
import os, signal, sys
from bot import stopping
stopping.leave_when_stopped(["/usr/bin/motcua", "unit", "list"])
if sys.argv[1] == "loaded":
    stopping.loaded()
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        sys.exit(7)
os.kill(os.getpid(), signal.SIGINT)
"""
    done = [
        subprocess.run(  # noqa: S603 -- our own interpreter on our own text
            [sys.executable, "-c", script, moment], capture_output=True, text=True, check=False, cwd=FOLDER
        )
        for moment in ("loading", "loaded")
    ]
    assert [(one.returncode, one.stdout, one.stderr) for one in done] == [(130, "", "Đã dừng.\n"), (7, "", "")]
