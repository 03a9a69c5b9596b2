"""What commands share: settings, opening the store, and printing refusals."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from bot import logs
from bot.live_world import LiveWorld
from bot.settings import Settings, SettingsError, load
from bot.unit_files import OwnFileError
from catalog.files.mistakes import Mistake
from catalog.files.notes import Notes
from handlers.world import Unit, World
from locales.characters import readable
from reports.periods import PeriodError
from storage.database.engine import is_missing, parse_url
from storage.database.unusable import DatabaseUnusable
from storage.database.upgrade import HEAD, Upgrade, age, newer, older, upgrade
from storage.database.why_unusable import place_of
from storage.store import SqlStore, SqlTx
from surveys.questionnaire import Questionnaire
from surveys.slips import Round

Outcome = TypeVar("Outcome")
Xlsx = Annotated[Path, typer.Option(help="Tệp .xlsx sẽ ghi")]
OptionalXlsx = Annotated[Path | None, typer.Option(help="Tệp .xlsx sẽ ghi; bỏ trống là chỉ in ra màn hình")]
Filled = Annotated[Path, typer.Argument(metavar="TỆP", help="Bảng đã điền, .xlsx hoặc .csv")]
_CODE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,29}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class Refused(Exception):
    """A command that cannot be done; the message says why and what to do."""


def refuse(reason: str) -> NoReturn:
    """Say why on standard error and end with exit code 1."""
    print(f"Không thực hiện được: {reason}", file=sys.stderr)
    raise typer.Exit(1)


def print_notes(notes: Notes) -> None:
    """Print notes on how a file was read: what was skipped, hidden, guessed or not understood."""
    for sentence in notes.sentences:
        print(sentence)


def refuse_mistakes(file: Path, mistakes: Sequence[Mistake]) -> None:
    """Print every mistake in a filled sheet; one mistake refuses the whole sheet."""
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    if mistakes:
        raise Refused(f"{file.name}: {len(mistakes)} ô sai (nêu ở trên), chưa ghi gì")


def is_confirmed(question: str) -> bool:
    """Ask at the terminal; without one the answer is no. c or y is yes; k, n or an empty line is no."""
    while sys.stdin.isatty():
        match typer.prompt(f"{question} [c/K]", default="k", show_default=False).strip().lower():
            case "c" | "có" | "y" | "yes":
                return True
            case "k" | "không" | "n" | "no":
                return False
        print("Xin gõ c (có) hoặc k (không).")
    return False


def carry_out(work: Callable[[Settings], Coroutine[Any, Any, Outcome]], *, quiet: bool = True) -> Outcome:
    """Run a command with the settings; a refusal is printed and ends it with exit code 1.

    `quiet` commands log only warnings; their output is what they print.
    """
    try:
        settings = load()
        logs.configure(settings.log_format, quiet=quiet)
        return asyncio.run(work(settings))
    except (Refused, SettingsError, OwnFileError, DatabaseUnusable, PeriodError) as error:
        refuse(str(error))


async def world_of(settings: Settings, store: SqlStore, unit: str, *, catalogs: bool = False) -> World:
    """Return the units, counters and forms that figures of a unit are made with; refuse a unit that is not there.

    With `catalogs`, procedures are loaded too, which takes a second for thousands.
    """
    async with store.reading() as tx:
        await check_unit(tx, unit)
    live = LiveWorld.of(settings, store)
    await (live.refresh() if catalogs else live.load_places())
    return live()


def form_of(world: World, round_: Round) -> Questionnaire:
    """Return the form of a round in the round's wording; refuse one that is gone."""
    if form := world.wording_of(round_):
        return form
    raise Refused(f"không còn mẫu phiếu {round_.form!r} của đợt này")


def is_printable(name: str) -> bool:
    """Tell whether a name can be shown and stored: no control characters, no lone surrogates."""
    return _UNPRINTABLE.search(name) is None


def check_code(code: str) -> None:
    """Refuse the code of a unit or counter that addresses and buttons cannot hold."""
    if not _CODE.fullmatch(code):
        raise Refused(f"mã {code!r} không dùng được: 1 đến 30 ký tự a-z, A-Z, 0-9, _ và -, bắt đầu bằng chữ hoặc số")


def check_name(name: str) -> str:
    """Return a name of a place as it is stored; refuse one that is empty or cannot be shown."""
    if not readable(name).strip():
        raise Refused('tên để trống; viết tên như người dân thấy, ví dụ: "Quầy 1 - Hộ tịch"')
    if not is_printable(name):
        raise Refused(f"tên {name!r} có ký tự không in được")
    return readable(name).strip()


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
    """Return a name without invisible characters and with single spaces; unprintable ones are kept, to be refused."""
    return " ".join((readable(name) if is_printable(name) else name).split())


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[SqlStore]:
    """Open the store for a command that writes: tables are made if there are none.

    Older tables are refused, as everywhere except in `motcua run`, `db upgrade` and `db restore`.
    """
    store = SqlStore.open(settings.database_url.get_secret_value())
    try:
        if await age(store.engine) == "none":
            await upgrade(store.engine)
        await check_age(settings, store)
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def open_existing(settings: Settings) -> AsyncIterator[SqlStore]:
    """Open the store for a command that reads: nothing is made, and nothing is changed."""
    place = settings.database_url.get_secret_value()
    if is_missing(place):
        raise no_database(settings)
    store = SqlStore.open(place)
    try:
        await check_age(settings, store)
        yield store
    finally:
        await store.close()


def no_database(settings: Settings) -> Refused:
    """Return the refusal of a command that needs a database when there is none."""
    place = place_of(parse_url(settings.database_url.get_secret_value()))
    return Refused(
        f"chưa có cơ sở dữ liệu {place}; chạy: motcua db upgrade, rồi motcua unit add và motcua catalog import"
    )


async def check_age(settings: Settings, store: SqlStore) -> None:
    """Refuse tables of another version."""
    match await age(store.engine):
        case "none":
            raise no_database(settings)
        case "older":
            raise Refused(older(store.engine.url))
        case "newer":
            raise Refused(newer(store.engine.url))


def print_upgrade(done: Upgrade | None) -> None:
    """Print on standard error what an upgrade did, and where the copy of the old data is."""
    if done is None:
        return
    print(f"Đã nâng cấp cơ sở dữ liệu từ phiên bản {done.before} lên {HEAD}, đủ mọi dòng.", file=sys.stderr)
    if done.copy:
        print(f"Bản trước khi nâng cấp: {done.copy}. Khi chắc mọi thứ ổn, tự xóa tệp đó.", file=sys.stderr)
