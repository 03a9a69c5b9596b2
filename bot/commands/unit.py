"""motcua unit: adding, listing, renaming and merging units."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated

import typer

import locales
from bot.commands.common import (
    Refused,
    carry_out,
    check_code,
    check_name,
    check_unit,
    open_existing,
    open_store,
    standing_unit,
)
from bot.commands.listing import Json, print_list
from bot.commands.usage import Commands
from bot.settings import Settings
from handlers.unit_settings import contact
from handlers.unit_settings.notices import Wrong
from handlers.unit_settings.settings import CONTACT, Author
from handlers.world import Unit
from reports import periods

app = Commands(help="Đơn vị.")
Code = Annotated[str, typer.Argument(metavar="MÃ", help="Mã đơn vị")]
Name = Annotated[str, typer.Argument(metavar="TÊN", help="Tên như người dân thấy")]
ONE_DAY = timedelta(days=1)


@app.command("add")
def add_unit(
    code: Code,
    name: Name,
    parent: Annotated[str, typer.Option(help="Mã đơn vị cấp trên")] = "",
    phone: Annotated[str, typer.Option(help="Điện thoại cho người dân")] = "",
    address: Annotated[str, typer.Option(help="Địa chỉ")] = "",
    hours: Annotated[str, typer.Option(help="Giờ làm việc")] = "",
) -> None:
    """Thêm một đơn vị."""

    async def work(settings: Settings) -> None:
        check_code(code)
        called = check_name(name)
        given = _contact({"phone": phone, "address": address, "hours": hours})
        async with open_store(settings) as store, store.transaction() as tx:
            if parent and parent not in await tx.units():
                raise Refused(f"chưa có đơn vị cấp trên {parent!r}; xem: motcua unit list")
            added = await tx.add_unit(
                Unit(code, called, parent, given["phone"], given["address"], given["hours"]),
                datetime.now(settings.zone),
            )
            if not added:
                raise Refused(f"mã đơn vị {code!r} đã có; xem: motcua unit list")
        print(f"Đã thêm đơn vị {code}: {called}.")

    carry_out(work)


@app.command("list")
def list_units(as_json: Json = False) -> None:
    """Các đơn vị: mã, tên, cấp trên, tên cũ và lần nhập."""

    async def work(settings: Settings) -> None:
        async with open_existing(settings) as store, store.reading() as tx:
            found = await tx.units()
        names = {unit.code: unit.name for unit in found.values()}
        print_list(
            list(found.values()),
            ("Mã", "Tên", "Cấp trên", "Thay đổi"),
            lambda unit: (unit.code, unit.name, unit.parent, *_history(unit, names)),
            as_json=as_json,
        )

    carry_out(work)


@app.command("rename")
def rename_unit(
    code: Code,
    name: Name,
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
            # A name that was valid for no day was a typing mistake, and is not kept.
            if day > last + ONE_DAY or last == date.min:
                await tx.keep_former_name(code, day - ONE_DAY, unit.name)
            await tx.change_unit(code, {"name": called})
        print(f"Từ ngày {periods.day(day)}, đơn vị {code} tên là {called} (trước đó: {unit.name}).")

    carry_out(work)


@app.command()
def merge(
    codes: Annotated[list[str], typer.Argument(metavar="MÃ", help="Các đơn vị nhập vào")],
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


@app.command()
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


@app.command("set")
def set_unit(
    code: Code,
    phone: Annotated[str | None, typer.Option(help="Điện thoại cho người dân")] = None,
    address: Annotated[str | None, typer.Option(help="Địa chỉ")] = None,
    hours: Annotated[str | None, typer.Option(help="Giờ làm việc")] = None,
) -> None:
    """Sửa điện thoại, địa chỉ, giờ làm việc; "" là bỏ trống."""
    given = {"phone": phone, "address": address, "hours": hours}
    values = {key: value for key, value in given.items() if value is not None}
    if not values:
        raise typer.BadParameter("cần ít nhất một trong --phone, --address, --hours")

    async def work(settings: Settings) -> None:
        checked = _contact(values)
        async with open_store(settings) as store, store.transaction() as tx:
            await check_unit(tx, code)
            await tx.change_unit(code, checked)
            unit = (await tx.units())[code]
            seen = next((one.number for one in await tx.settings(code) if one.subject == CONTACT), 0)
            author = Author("motcua unit set")
            await tx.put_setting(code, CONTACT, seen, unit.contact, author, datetime.now(settings.zone))
        print(f"Đã sửa đơn vị {code}.")

    carry_out(work)


def _contact(typed: Mapping[str, str]) -> dict[str, str]:
    """Return a telephone, an address and hours as they are stored; refuse what citizens could not use."""
    try:
        return contact.checked({key: check_name(value) if value.strip() else "" for key, value in typed.items()})
    except Wrong as wrong:
        raise Refused(wrong.sentence(locales.DEFAULT)) from wrong


def _history(unit: Unit, names: dict[str, str]) -> list[str]:
    """Return the history of a unit in words: earlier names, and the unit it was merged into."""
    history = [f"đến ngày {periods.day(until)}: {name}" for until, name in unit.former]
    if unit.valid_to:
        target = names.get(unit.successor, unit.successor)
        history.append(f"nhập vào {target} ({unit.successor}) từ ngày {periods.day(unit.valid_to + ONE_DAY)}")
    return history


def _day(settings: Settings, given: datetime | None, option: str) -> date:
    """Return the given day, or today; refuse a later day, on which the command is to be run instead."""
    today = datetime.now(settings.zone).date()
    day = given.date() if given else today
    if day > today:
        raise Refused(f"{option} {day.isoformat()} chưa đến; chạy lệnh này từ ngày đó")
    return day
