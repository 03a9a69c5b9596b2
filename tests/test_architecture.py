"""The arrows between packages hold, background work starts in one place, and nothing names a developer's machine."""

import ast
import fnmatch
import os
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import LONGEST

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PACKAGES = PYPROJECT["tool"]["importlinter"]["root_packages"]
BAN = "TID251"
# What a few orders need takes memory and time from all others where it is loaded at the start.
SELDOM = {"PIL", "aiogram", "alembic", "cryptography", "docx", "lxml", "matplotlib", "openpyxl", "qrcode", "reportlab"}
SERVING = {"aiohttp", "apscheduler", "bot.app", "jinja2"}


def ignored() -> list[str]:
    """What .gitignore keeps out of the repository."""
    lines = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    return [line.rstrip("/") for line in lines if line and not line.startswith("#")] + [".git"]


def committed() -> Iterator[Path]:
    """The files that belong to the repository."""
    patterns = ignored()

    def kept(name: str) -> bool:
        return not any(fnmatch.fnmatch(name, pattern) for pattern in patterns)

    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(filter(kept, folders))
        yield from (Path(folder) / name for name in sorted(filter(kept, names)))


def sources() -> list[Path]:
    """The Python files of the repository, tests and benchmarks too."""
    return [path for path in committed() if path.suffix == ".py"]


def nodes(path: Path, *words: str) -> Iterator[ast.AST]:
    """What a Python file consists of; nothing where none of the words that are looked for stands in it."""
    text = path.read_text("utf-8")
    if any(word in text for word in words):
        yield from ast.walk(ast.parse(text))


def place(path: Path) -> str:
    """A path as people write it."""
    return path.relative_to(ROOT).as_posix()


def test_the_import_contracts_hold() -> None:
    """import-linter finds every arrow of pyproject.toml kept."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 -- our own tool
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_the_contracts_look_at_every_package() -> None:
    """A new package cannot stay outside the layers."""
    layers = PYPROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    listed = {package.strip() for layer in layers for package in layer.split("|")}
    shipped = {name.partition(".")[0] for name in PYPROJECT["tool"]["setuptools"]["packages"]}
    assert listed == set(PACKAGES)
    assert listed == shipped - {"data"}


def test_every_package_of_the_product_is_installed() -> None:
    """Each folder with an __init__.py is named to setuptools; a forgotten one would be missing once installed."""
    roots = {name.partition(".")[0] for name in PYPROJECT["tool"]["setuptools"]["packages"]}
    found = {place(path.parent).replace("/", ".") for path in sources() if path.name == "__init__.py"}
    assert sorted(name for name in found if name.partition(".")[0] in roots) == sorted(
        PYPROJECT["tool"]["setuptools"]["packages"]
    )


def imports(path: Path, package: str) -> bool:
    """Tell whether a file imports a top package or something of it, also inside functions."""
    found: set[str] = set()
    for node in nodes(path, package):
        if isinstance(node, ast.Import):
            found.update(name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return package in found


@pytest.mark.parametrize(("library", "homes"), [("aiogram", {"bot/channels/telegram.py"}), ("telegram", set())])
def test_a_channel_library_is_known_to_its_own_file_alone(library: str, homes: set[str]) -> None:
    """Everything else speaks of Incoming and Reply."""
    files = [path for path in sources() if place(path).partition("/")[0] in PACKAGES]
    assert {place(path) for path in files if imports(path, library)} == homes


def background_starts() -> Iterator[tuple[str, str]]:
    """Every place that starts a task which nothing waits for by itself, with its line."""
    for path in sources():
        lines = path.read_text("utf-8").splitlines()
        for node in nodes(path, "create_task", "ensure_future"):
            started = isinstance(node, ast.Attribute) and node.attr in ("create_task", "ensure_future")
            # A task group waits for its tasks; asyncio and its loops do not.
            started = started and ast.unparse(node.value).endswith(("asyncio", "loop", "loop()"))
            imported = isinstance(node, ast.ImportFrom) and node.module == "asyncio"
            named = imported and any(name.name in ("create_task", "ensure_future") for name in node.names)
            if started or named:
                yield place(path), lines[node.lineno - 1]


def test_background_work_starts_only_where_the_ban_is_lifted_with_a_reason() -> None:
    """A task that nobody holds is lost with its error: each start stands in the nursery or says why not."""
    starts = list(background_starts())
    unexplained = [(file, line.strip()) for file, line in starts if not line.partition(f"# noqa: {BAN} -- ")[2]]
    assert unexplained == []
    assert "bot/nursery.py" in {file for file, _ in starts}


def test_the_ban_on_background_work_is_in_force() -> None:
    """Ruff refuses what the test above looks for, before any test runs."""
    lint = PYPROJECT["tool"]["ruff"]["lint"]
    assert "TID" in lint["select"]
    assert BAN not in lint["ignore"]
    assert {"asyncio.create_task", "asyncio.ensure_future"} <= set(lint["flake8-tidy-imports"]["banned-api"])


@pytest.mark.parametrize("mention", ["/".join(("", "work", "")), "-".join(("farm", ""))])
def test_no_committed_file_names_the_machine_it_was_written_on(mention: str) -> None:
    """Nothing works only in one folder or on one host."""
    assert [place(path) for path in committed() if mention.encode() in path.read_bytes()] == []


def test_the_walk_over_the_repository_sees_it() -> None:
    """The tests above look at something, and not into the virtual environment."""
    places = {place(path) for path in committed()}
    assert {"pyproject.toml", ".env.example", "handlers/step.py", "tests/test_architecture.py"} <= places
    assert [name for name in places if name.startswith((".venv/", ".git/"))] == []


@pytest.mark.parametrize("address", [("192.0.2.1", 443), ("motcua.example.vn", 80)])
def test_a_test_cannot_reach_another_machine(address: tuple[str, int]) -> None:
    """The guard in conftest.py refuses before a packet leaves."""
    with socket.socket() as outside, pytest.raises(AssertionError, match="a test tried to reach"):
        outside.connect(address)


def test_a_test_can_reach_its_own_machine() -> None:
    """Loopback is open for servers that tests start themselves."""
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
        assert client.getpeername() == server.getsockname()


@pytest.mark.parametrize(("module", "unneeded"), [("bot.app", SELDOM), ("bot.cli", SELDOM | SERVING)])
def test_what_is_seldom_needed_is_loaded_when_it_is(module: str, unneeded: set[str]) -> None:
    """A server starts without what makes documents and codes, a command without what serves."""
    program = f"import sys, {module}; print(*sys.modules)"
    command = [sys.executable, "-c", program]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 -- as above
    loaded = set(outcome.stdout.split())
    assert module in loaded
    assert loaded & unneeded == set()


def test_no_test_module_imports_from_another() -> None:
    """What tests share stands in modules and fixtures of its own; a test can be moved without breaking others."""
    found = [
        f"{place(path)} imports {node.module}"
        for path in sources()
        for node in nodes(path, ".test_", "from test_")
        if isinstance(node, ast.ImportFrom) and ".test_" in f".{node.module}"
    ]
    assert found == []


def test_the_modules_that_begin_first_are_there() -> None:
    """One that was moved would begin last, unnoticed."""
    assert [name for name in LONGEST if not (ROOT / name).is_file()] == []
