"""motcua unit rename, merge, unmerge, set; motcua counter rename, close, reopen: what becomes of places over time."""

from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from bot.commands.common import Refused, carry_out, check_name, check_unit, open_store, standing_unit
from bot.settings import Settings
from handlers.world import Counter, Unit
from reports import periods
from storage.store import SqlTx

Code = Annotated[str, typer.Argument(help="Mã")]
ONE_DAY = timedelta(days=1)


def rename_unit(
    code: Code,
    name: Annotated[str, typer.Argument(help="Tên mới")],
    start: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="Ngày tên mới có hiệu lực; bỏ trống: hôm nay"),
    ] = None,
) -> None:
    """Đổi tên một đơn vị. Báo cáo của kỳ kết thúc trước ngày đó vẫn mang tên cũ."""

    async def work(settings: Settings) -> None:
        called = check_name(name)
        day = _day(settings, start, "--from")
        async with open_store(settings) as store, store.transaction() as tx:
            unit = await standing_unit(tx, code)
            if unit.name == called:
                raise Refused(f"đơn vị {code} đang mang đúng tên đó")
            last = max((until for until, _ in unit.former), default=date.min)
            if day <= last:
                raise Refused(
                    f"đơn vị {code} đã đổi tên từ ngày {periods.day(last + ONE_DAY)}; --from không được trước đó"
                )
            # A name that was borne for no day was a slip of the pen.
            if day > last + ONE_DAY or last == date.min:
                await tx.keep_former_name(code, day - ONE_DAY, unit.name)
            await tx.change_unit(code, {"name": called})
        print(f"Từ ngày {periods.day(day)}, đơn vị {code} tên là {called} (trước đó: {unit.name}).")

    carry_out(work)


def merge(
    codes: Annotated[list[str], typer.Argument(metavar="MÃ…", help="Các đơn vị nhập vào")],
    into: Annotated[str, typer.Option(help="Mã đơn vị sau khi nhập")],
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Ngày nhập; bỏ trống: hôm nay")
    ] = None,
) -> None:
    """Nhập các đơn vị vào một đơn vị khác.

    Số liệu cũ ở lại dưới tên cũ, và tính vào báo cáo của đơn vị mới ở các kỳ có những ngày đó. Quầy cũ thôi
    nhận phiếu; mã QR cũ chỉ sang đơn vị mới.
    """

    async def work(settings: Settings) -> None:
        day = _day(settings, on, "--on")
        async with open_store(settings) as store, store.transaction() as tx:
            successor = await standing_unit(tx, into)
            units = await tx.units()
            for code in codes:
                await check_unit(tx, code)
                if code == into:
                    raise Refused(f"đơn vị {code} không nhập vào chính nó được")
            rounds = (await tx.rounds()).values()
            waiting = [round_.name for round_ in rounds if round_.unit in codes and round_.closed_at is None]
            if waiting:
                raise Refused(
                    f"đợt khảo sát còn mở: {', '.join(waiting)}. Nhập hết phiếu giấy, đóng bằng: motcua round close"
                )
            await tx.merge_units(codes, into, day - ONE_DAY)
            staff = sum([len(await tx.members(code)) for code in codes])
        for code in codes:
            print(f"{units[code].name} ({code}) nhập vào {successor.name} ({into}) từ ngày {periods.day(day)}.")
        print(f"Quầy của đơn vị cũ thôi nhận phiếu. Thêm quầy mới: motcua counter add MÃ TÊN --unit {into}")
        if staff:
            invitation = f"motcua staff invite --unit {into} --role staff"
            print(f"{staff} cán bộ của đơn vị cũ thôi nhận bản tin. Mời lại: {invitation}")

    carry_out(work)


def unmerge(code: Code) -> None:
    """Sửa một lần nhập nhầm: đơn vị lại đứng riêng như trước. Mở lại quầy bằng: motcua counter reopen."""

    async def work(settings: Settings) -> None:
        async with open_store(settings) as store, store.transaction() as tx:
            await check_unit(tx, code)
            if not (await tx.units())[code].successor:
                raise Refused(f"đơn vị {code} chưa nhập vào đơn vị nào")
            await tx.change_unit(code, {"successor": "", "valid_to": None})
        print(f"Đơn vị {code} lại đứng riêng. Mở lại quầy: motcua counter reopen MÃ")

    carry_out(work)


def set_unit(
    code: Code,
    phone: Annotated[str | None, typer.Option(help="Điện thoại cho người dân")] = None,
    address: Annotated[str | None, typer.Option(help="Địa chỉ")] = None,
    hours: Annotated[str | None, typer.Option(help="Giờ làm việc")] = None,
) -> None:
    """Sửa điện thoại, địa chỉ, giờ làm việc; "" là bỏ trống."""
    given = {"phone": phone, "address": address, "hours": hours}
    values = {key: value.strip() for key, value in given.items() if value is not None}
    if not values:
        raise typer.BadParameter("cần ít nhất một trong --phone, --address, --hours")

    async def work(settings: Settings) -> None:
        checked = {key: check_name(value) if value else "" for key, value in values.items()}
        async with open_store(settings) as store, store.transaction() as tx:
            await check_unit(tx, code)
            await tx.change_unit(code, checked)
        print(f"Đã sửa đơn vị {code}.")

    carry_out(work)


def rename_counter(code: Code, name: Annotated[str, typer.Argument(help="Tên mới")]) -> None:
    """Đổi tên một quầy; mã và mã QR giữ nguyên, báo cáo cũ cũng mang tên mới."""

    async def work(settings: Settings) -> None:
        called = check_name(name)
        async with open_store(settings) as store, store.transaction() as tx:
            await _counter(tx, code, active=True)
            await tx.change_counter(code, {"name": called})
        print(f"Quầy {code} nay tên là {called}.")

    carry_out(work)


def close_counter(code: Code) -> None:
    """Đóng một quầy: thôi nhận phiếu, số liệu cũ giữ nguyên tên quầy."""

    async def work(settings: Settings) -> None:
        async with open_store(settings) as store, store.transaction() as tx:
            counter = await _counter(tx, code, active=True)
            await tx.change_counter(code, {"active": False})
        print(f"Đã đóng quầy {code}: {counter.name}. Gỡ mã QR tại quầy. Mở lại: motcua counter reopen {code}")

    carry_out(work)


def reopen_counter(code: Code) -> None:
    """Mở lại một quầy đã đóng."""

    async def work(settings: Settings) -> None:
        async with open_store(settings) as store, store.transaction() as tx:
            counter = await _counter(tx, code, active=False)
            await standing_unit(tx, counter.unit)
            await tx.change_counter(code, {"active": True})
        print(f"Quầy {code} lại nhận phiếu: {counter.name}.")

    carry_out(work)


def history(unit: Unit, names: dict[str, str]) -> list[str]:
    """Return what became of a unit, in words: earlier names, and where it was merged."""
    told = [f"đến ngày {periods.day(until)}: {name}" for until, name in unit.former]
    if unit.valid_to:
        target = names.get(unit.successor, unit.successor)
        told.append(f"nhập vào {target} ({unit.successor}) từ ngày {periods.day(unit.valid_to + ONE_DAY)}")
    return told


async def _counter(tx: SqlTx, code: str, *, active: bool) -> Counter:
    found = (await tx.counters(active=active)).get(code)
    if found:
        return found
    if code in await tx.counters(active=not active):
        raise Refused(f"quầy {code} {'đã đóng từ trước' if active else 'đang mở'}")
    raise Refused(f"chưa có quầy {code!r}; xem: motcua counter list")


def _day(settings: Settings, given: datetime | None, option: str) -> date:
    """The day that was given, or today; a change that is still to come is made when it comes."""
    today = datetime.now(settings.zone).date()
    day = given.date() if given else today
    if day > today:
        raise Refused(f"{option} {day.isoformat()} chưa đến; chạy lệnh này từ ngày đó")
    return day
