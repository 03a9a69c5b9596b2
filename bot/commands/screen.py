"""motcua screen: the tablets at counters, paired by the code that they show."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

import locales
from bot.commands.common import Refused, carry_out, check_unit, is_printable, open_store
from bot.commands.listing import Json, print_list
from bot.commands.usage import Commands
from bot.secret_key import secret_key
from bot.settings import Settings
from handlers.world import Counter
from storage.store import SqlTx
from surveys.screens import LONGEST_NAME, Screen
from web import pairing_codes
from web.signing import Signer

app = Commands(help="Màn hình tại quầy.")
_STATES = {"paired": "đang dùng", "waiting": "chờ ghép", "revoked": "đã thôi dùng"}
_Number = Annotated[int, typer.Argument(metavar="SỐ", help="Số, như motcua screen list in ra")]
_Name = Annotated[str, typer.Option(help="Tên gọi, ví dụ: Cạnh cửa vào")]


@app.command("list")
def list_screens(
    unit: Annotated[str, typer.Option(help="Mã đơn vị; bỏ trống: tất cả")] = "",
    as_json: Json = False,
) -> None:
    """Liệt kê màn hình: số, quầy, tên, trạng thái, ghép lúc nào và bởi ai, thấy lần cuối lúc nào."""

    async def work(settings: Settings) -> None:
        now = datetime.now(settings.zone)
        async with open_store(settings) as store, store.reading() as tx:
            if unit:
                await check_unit(tx, unit)
            found = await tx.screens(await _counters(tx, unit))
        shown = [one for one in found if one.state != "waiting" or one.is_waiting(now)]
        columns = ("Số", "Quầy", "Tên", "Tình trạng", "Ghép lúc", "Ghép bởi", "Thấy lần cuối")
        print_list(shown, columns, lambda one: _row(one, settings), as_json=as_json, record=_record)
        if not shown and not as_json:
            hint = "Chưa có màn hình nào; mở /kiosk/mã-quầy trên máy tính bảng rồi: motcua screen pair MÃ"
            print(hint, file=sys.stderr)

    carry_out(work)


@app.command()
def pair(
    code: Annotated[str, typer.Argument(metavar="TÁM_SỐ", help="Tám chữ số đang hiện trên màn hình")], name: _Name = ""
) -> None:
    """Ghép màn hình đang hiện một mã; mã đổi sau mười phút."""

    async def work(settings: Settings) -> None:
        _check_name(name)
        typed = pairing_codes.read(code)
        if not typed:
            raise Refused("mã gồm tám chữ số, như đang hiện trên màn hình")
        signer, now = Signer(secret_key(settings)), datetime.now(settings.zone)
        async with open_store(settings) as store, store.transaction() as tx:
            counters = await tx.counters()
            waiting = [one for one in await tx.screens(list(counters)) if one.is_waiting(now)]
            found = [one for one in waiting if pairing_codes.is_good(signer, one.digest, typed, now)]
            if len(found) != 1:
                raise Refused("không có màn hình nào đang hiện mã này; mã đổi sau mười phút, xin xem lại màn hình")
            paired = await tx.pair_screen(found[0].digest, found[0].counter, name.strip(), "command", now)
        print(f"Đã ghép màn hình số {paired.number} với quầy {_place(counters, paired)}.")

    carry_out(work)


@app.command()
def rename(number: _Number, name: Annotated[str, typer.Argument(metavar="TÊN", help="Tên mới")]) -> None:
    """Đổi tên một màn hình."""

    async def work(settings: Settings) -> None:
        _check_name(name)
        async with open_store(settings) as store, store.transaction() as tx:
            if not await tx.rename_screen(number, name.strip()):
                raise Refused(f"không có màn hình số {number}; xem: motcua screen list")
        print(f"Màn hình số {number}: {name.strip()}.")

    carry_out(work)


@app.command()
def revoke(number: _Number) -> None:
    """Cho một màn hình thôi dùng: lượt chấm trên máy đó không nhận nữa, cho tới khi ghép lại."""

    async def work(settings: Settings) -> None:
        async with open_store(settings) as store, store.transaction() as tx:
            if not await tx.revoke_screen(number):
                raise Refused(f"không có màn hình số {number} đang dùng; xem: motcua screen list")
        print(f"Đã cho màn hình số {number} thôi dùng.")

    carry_out(work)


async def _counters(tx: SqlTx, unit: str) -> Sequence[str]:
    known = {**await tx.counters(active=False), **await tx.counters()}
    return [code for code, counter in known.items() if unit in ("", counter.unit)]


def _check_name(name: str) -> None:
    if len(name) > LONGEST_NAME or not is_printable(name):
        raise Refused(f"tên dài tối đa {LONGEST_NAME} ký tự, không có ký tự điều khiển")


def _place(counters: dict[str, Counter], screen: Screen) -> str:
    return f"{screen.counter} ({counters[screen.counter].name})"


def _record(screen: Screen) -> dict[str, object]:
    return {key: value for key, value in asdict(screen).items() if key != "digest"}


def _row(screen: Screen, settings: Settings) -> tuple[str, ...]:
    def moment(at: datetime | None) -> str:
        return f"{at.astimezone(settings.zone):%d/%m/%Y %H:%M}" if at else ""

    by = locales.text(locales.DEFAULT, f"screen.by.{screen.paired_by}") if screen.paired_by else ""
    paired = (moment(screen.paired_at), by)
    return str(screen.number), screen.counter, screen.name, _STATES[screen.state], *paired, moment(screen.seen_at)
