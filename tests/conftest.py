"""What every test is given: a clock of its own, no way out of this machine, property tests without a stopwatch."""

import asyncio
import gc
import ipaddress
import re
import socket
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.clock import AWKWARD, ORDINARY, Clock, Moment

if TYPE_CHECKING:
    from tests.forks import Forks
    from tests.storage.conftest import Servers

# Another program on the machine must not fail a property test.
# The same examples in every run; `pytest --hypothesis-profile=wide` looks for new ones.
hypothesis.settings.register_profile("motcua", deadline=None, derandomize=True)
hypothesis.settings.register_profile("wide", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("motcua")


class OutsideWorld(AssertionError):
    """A test tried to reach another machine."""


def is_local(family: int, address: Any) -> bool:
    """Tell whether an address stays on this machine."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = str(address[0]).partition("%")[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True)
def network_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every socket connection to anything but loopback."""

    def guarded(name: str) -> Any:
        original = getattr(socket.socket, name)

        def connect(self: socket.socket, address: Any) -> Any:
            if not is_local(self.family, address):
                raise OutsideWorld(f"a test tried to reach {address!r}")
            return original(self, address)

        return connect

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, guarded(name))


CLOCK = pytest.StashKey[Clock]()
DURABLE = pytest.StashKey[str]()
FORKS = pytest.StashKey["Forks"]()
# The modules that take longest begin first: begun last, one of them would keep a single process busy at the end.
LONGEST = (
    "tests/bot/commands/test_commands.py",
    "tests/web/test_accessibility.py",
    "tests/storage/database/test_upgrades.py",
    "tests/bot/test_several_processes.py",
    "tests/test_crash.py",
    "tests/web/kiosk/test_screen_browser.py",
    "tests/web/test_browser.py",
    "tests/storage/database/test_upgrade.py",
    "tests/storage/database/test_backup.py",
    "tests/storage/counts/test_rollups.py",
    "tests/storage/forms/test_budget.py",
    "tests/storage/database/test_plans.py",
    "tests/channels/test_telegram.py",
    "tests/web/staff/test_integrity.py",
    "tests/reports/bulletins/test_sending.py",
    "tests/bot/effects/test_cases.py",
    "tests/channels/test_files.py",
    "tests/web/staff/test_figures.py",
    "tests/web/staff/test_cases.py",
    "tests/storage/test_store_contract.py",
    "tests/web/test_limits.py",
    "tests/web/staff/test_login.py",
    "tests/channels/test_parity.py",
    "tests/reports/documents/test_excel_annex.py",
    "tests/channels/test_zalo.py",
    "tests/web/test_app.py",
    "tests/web/staff/test_menu.py",
    "tests/web/citizen/test_unfinished_forms.py",
    "tests/handlers/staff/catalog/test_several_processes.py",
    "tests/catalog/test_questions.py",
    "tests/web/staff/test_reasons_everywhere.py",
    "tests/bot/files/test_workshop.py",
    "tests/reports/documents/test_same_bytes.py",
    "tests/web/citizen/test_survey.py",
    "tests/reports/statements/test_compiling.py",
    "tests/test_architecture.py",
    "tests/web/citizen/test_chat.py",
    "tests/catalog/preview/test_damaged.py",
    "tests/storage/database/test_engine.py",
    "tests/bot/test_unit_files.py",
    "tests/bot/test_schedule.py",
    "tests/surveys/printing/test_layout.py",
    "tests/reports/documents/test_word_report.py",
    "tests/web/staff/test_catalog.py",
)
COMMANDS = "tests/bot/commands/"
GARBAGE = (10_000, 20, 25)
AT_MOMENT = re.compile(rf"[\[-]({'|'.join(AWKWARD)})[\]-]")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update` writes transcripts anew, the difference is the review; `--moment` shifts the clock."""
    parser.addoption("--update", action="store_true", default=False, help="write the transcripts anew")
    parser.addoption(
        "--moment",
        action="append",
        choices=[*AWKWARD, "every", "calendar"],
        default=[],
        help="run the tests at an awkward moment, or at every one there is, in place of the ordinary one; "
        "`calendar`: at the ordinary one, and those that depend on the day at every other too",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Prepare this process, or those of pytest-xdist, for the tests in it: a clock, quick stores and shortcuts.

    Who only hands out tests loads nothing of the product.
    """
    if hasattr(config, "workerinput") or not getattr(config.option, "numprocesses", None):
        from storage.database import engine
        from tests import kept_index, quick_libraries, sqlite_at_hand

        config.stash[CLOCK] = Clock()
        config.stash[DURABLE] = engine.SYNCHRONOUS
        engine.SYNCHRONOUS = "OFF"
        kept_index.keep()
        quick_libraries.keep()
        sqlite_at_hand.keep()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Give the machine's own time back."""
    if CLOCK in config.stash:
        config.stash[CLOCK].close()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Have the programs of tests forked from here, where all is loaded and nothing has begun."""
    if CLOCK in session.config.stash:
        from tests.forks import Forks

        session.config.stash[FORKS] = Forks(session.config.stash[DURABLE])
    outcome = yield
    if FORKS in session.config.stash:
        session.config.stash[FORKS].close()
    return outcome


@pytest.fixture(scope="session")
def forks(pytestconfig: pytest.Config) -> "Forks":
    """Starts programs that need not load first."""
    return pytestconfig.stash[FORKS]


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each connection to SQLite have a thread, as the product's have."""
    from tests import sqlite_at_hand

    sqlite_at_hand.undo(monkeypatch)


@pytest.fixture
def durable(threads: None, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config) -> None:
    """Let databases of this process wait for the disk, as the product does."""
    monkeypatch.setattr("storage.database.engine.SYNCHRONOUS", pytestconfig.stash[DURABLE])


@pytest.fixture(scope="session")
def run_clock(request: pytest.FixtureRequest) -> Clock:
    """The clock of this process and of the programs it starts."""
    found = request.config.stash[CLOCK]
    found.run(ORDINARY.prepared)
    return found


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Servers"]:
    """Where databases come from, for all tests of this process: the first of a kind takes half a second."""
    from tests.storage.conftest import Servers

    found = Servers(tmp_path_factory.mktemp("databases"))
    yield found
    asyncio.run(found.close())


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect tests without looking for garbage; what is there afterwards stays, and is not looked through again.

    What tests leave behind is looked for after seventy times as many objects as Python would wait for.
    """
    gc.disable()
    collected = yield
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()
    return collected


def depends_on_the_day(definition: pytest.Function) -> bool:
    """Tell whether a test, or a case of its parameters, is marked `calendar`."""
    cases = [case for mark in definition.iter_markers("parametrize") for case in mark.args[1]]
    marks = [mark.name for case in cases for mark in getattr(case, "marks", ())]
    return "calendar" in marks or definition.get_closest_marker("calendar") is not None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Repeat each test at the moments that were asked for."""
    wanted = metafunc.config.getoption("moment")
    if wanted == ["calendar"]:
        moments = {"ordinary": ORDINARY, **AWKWARD} if depends_on_the_day(metafunc.definition) else {}
    else:
        moments = {name: AWKWARD[name] for name in (AWKWARD if "every" in wanted else wanted)}
    if moments:
        metafunc.parametrize("run_moment", moments.values(), ids=moments, indirect=True, scope="module")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the cases of a test that do not depend on the day, and begin with what takes longest."""
    if config.getoption("moment") == ["calendar"]:
        items[:] = [item for item in items if item.get_closest_marker("calendar") or not AT_MOMENT.search(item.nodeid)]
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(places)))


class ByModule(LoadScopeScheduling):
    """Has one process run a module at one moment, in the order of the tests.

    All tests of commands are run by one: they share a process that has the command ready, which takes seconds to make.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(COMMANDS):
            return COMMANDS
        moment = AT_MOMENT.search(nodeid)
        return nodeid.partition("::")[0] + (moment[1] if moment else "")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """Share the tests out among processes."""
    config.option.loadscopereorder = False
    return ByModule(config, log) if config.option.dist == "loadscope" else None


@pytest.fixture(scope="module", autouse=True)
def run_moment(request: pytest.FixtureRequest, run_clock: Clock) -> Moment:
    """When the tests of a module take place: its fixtures are prepared then, and from there the clock runs on."""
    chosen: Moment = getattr(request, "param", ORDINARY)
    run_clock.run(chosen.prepared)
    return chosen


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Let a midnight pass between the preparation of a test and its own part."""
    moment: Moment = item.funcargs["run_moment"]  # type: ignore[attr-defined]
    if datetime.now(UTC) < moment.begins:
        item.config.stash[CLOCK].run(moment.begins)
