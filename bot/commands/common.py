"""What every command shares: settings, the open store, and how a refusal is said."""

import asyncio
import re
import sys
import unicodedata
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, NoReturn, TypeVar

import typer

from bot import logs, own
from bot.live import LiveWorld
from bot.own import OwnFileError
from bot.settings import Settings, SettingsError, load
from catalog.files.told import Told
from handlers.world import Unit, World
from reports.periods import PeriodError
from storage.engine import DatabaseUnusable
from storage.migrate import upgrade
from storage.store import SqlStore, SqlTx
from surveys.questionnaire import Questionnaire
from surveys.slips import Round

Outcome = TypeVar("Outcome")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class Refused(Exception):
    """A command that cannot be done; the message says why and what to do."""


def refuse(reason: str) -> NoReturn:
    """Say why on standard error and end with exit code 1."""
    print(f"Không thực hiện được: {reason}", file=sys.stderr)
    raise typer.Exit(1)


def print_told(told: Told) -> None:
    """Print how a file was read, before anything is written: what was left out, hidden, guessed, not understood."""
    for sentence in told.sentences:
        print(sentence)


def carry_out(work: Callable[[Settings], Coroutine[Any, Any, Outcome]], *, quiet: bool = True) -> Outcome:
    """Run a command with the settings; what it refuses ends with a sentence and exit code 1.

    `quiet` commands log warnings alone; their output is what they print.
    """
    try:
        settings = load()
        logs.configure(settings.log_format, quiet=quiet)
        return asyncio.run(work(settings))
    except (Refused, SettingsError, OwnFileError, DatabaseUnusable, PeriodError) as error:
        refuse(str(error))


async def world_of(settings: Settings, store: SqlStore, unit: str, *, catalogs: bool = False) -> World:
    """Return the units, counters and forms that figures of a unit are made with; refuse a unit that is not there.

    With `catalogs` the procedures too, which take a second for thousands.
    """
    async with store.reading() as tx:
        await check_unit(tx, unit)
    live = LiveWorld.of(settings, store)
    await (live.refresh() if catalogs else live.load_places())
    return live()


def form_of(settings: Settings, round_: Round) -> Questionnaire:
    """Return the form of a round; refuse one whose file is gone."""
    forms = own.load(settings.data_dir)
    if round_.form not in forms:
        raise Refused(f"không còn mẫu phiếu {round_.form!r} của đợt này")
    return forms[round_.form]


def is_printable(name: str) -> bool:
    """Tell whether a name can be shown and stored: no control characters, no half pairs."""
    return _UNPRINTABLE.search(name) is None


def check_name(name: str) -> None:
    """Refuse a name of a place that is empty or cannot be shown."""
    if not name.strip():
        raise Refused('tên để trống; viết tên như người dân thấy, ví dụ: "Quầy 1 - Hộ tịch"')
    if not is_printable(name):
        raise Refused(f"tên {name!r} có ký tự không in được")


async def check_unit(tx: SqlTx, unit: str) -> None:
    """Refuse a unit that is not there."""
    if unit not in await tx.units():
        raise Refused(f"chưa có đơn vị {unit!r}; xem: motcua unit list")


async def standing_unit(tx: SqlTx, code: str) -> Unit:
    """Return a unit; refuse one that is not there, or was merged into another."""
    await check_unit(tx, code)
    unit = (await tx.units())[code]
    if unit.successor:
        raise Refused(f"đơn vị {code} đã nhập vào {unit.successor}; xem: motcua unit list")
    return unit


async def find_round(tx: SqlTx, name: str) -> Round:
    """Return a round by its name as it was typed; refuse one that is not there."""
    found = (await tx.rounds()).get(plain_name(name))
    if found is None:
        raise Refused(f"chưa có đợt {name!r}; xem: motcua round list")
    return found


def plain_name(name: str) -> str:
    """A name as it is stored: NFC, single spaces."""
    return unicodedata.normalize("NFC", " ".join(name.split()))


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[SqlStore]:
    """Open the store, its tables brought to this version."""
    store = SqlStore.open(settings.database_url.get_secret_value())
    try:
        await upgrade(store.engine)
        yield store
    finally:
        await store.close()
