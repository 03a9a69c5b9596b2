"""The command, imported once for all tests of commands, and the sample's database that they start from."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.installation import Installation, Warm, prepare
from tests.clock import Clock, Moment
from tests.forks import Forks


@pytest.fixture(scope="session")
def sample_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's database, to be copied."""
    file = tmp_path_factory.mktemp("sample") / "motcua.db"
    asyncio.run(prepare(file))
    return file


@pytest.fixture(scope="session")
def loaded(sample_database: Path, tmp_path_factory: pytest.TempPathFactory, forks: Forks) -> Iterator[Warm]:
    """The command, with everything loaded."""
    warm = Warm(tmp_path_factory.mktemp("streams"), sample_database, forks)
    yield warm
    warm.close()


@pytest.fixture(scope="module")
def warm(loaded: Warm) -> Iterator[Warm]:
    """The command, ready to run in a process that no other module has used."""
    yield loaded
    loaded.leave()


@pytest.fixture
def sample(sample_database: Path, tmp_path: Path, warm: Warm) -> Installation:
    """An installation with the sample."""
    shutil.copy(sample_database, tmp_path / "motcua.db")
    return Installation(tmp_path, warm)


@pytest.fixture
def empty(tmp_path: Path, warm: Warm) -> Installation:
    """An installation before its first command."""
    return Installation(tmp_path, warm)


@pytest.fixture(autouse=True)
def begin_anew(run_moment: Moment, run_clock: Clock) -> None:
    """Set the clock back for each test, since these share nothing that has a time."""
    run_clock.run(run_moment.prepared)
