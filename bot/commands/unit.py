"""motcua unit, motcua counter: who serves citizens, and where."""

import re
from datetime import datetime
from typing import Annotated

import typer

from bot import unit_files
from bot.commands import place_changes
from bot.commands.common import Refused, carry_out, check_name, open_existing, open_store, standing_unit
from bot.settings import Settings
from handlers.world import Counter, Unit

units = typer.Typer(help="Đơn vị.", no_args_is_help=True)
counters = typer.Typer(help="Quầy.", no_args_is_help=True)
units.command("rename")(place_changes.rename_unit)
units.command("merge")(place_changes.merge)
units.command("unmerge")(place_changes.unmerge)
units.command("set")(place_changes.set_unit)
counters.command("rename")(place_changes.rename_counter)
counters.command("close")(place_changes.close_counter)
counters.command("reopen")(place_changes.reopen_counter)
_CODE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,29}")


@units.command("add")
def add_unit(
    code: str,
    name: str,
    parent: Annotated[str, typer.Option(help="Mã đơn vị cấp trên")] = "",
    phone: Annotated[str, typer.Option(help="Điện thoại cho người dân")] = "",
    address: Annotated[str, typer.Option(help="Địa chỉ")] = "",
    hours: Annotated[str, typer.Option(help="Giờ làm việc")] = "",
) -> None:
    """Thêm một đơn vị."""

    async def work(settings: Settings) -> None:
        _check_code(code)
        called = check_name(name)
        async with open_store(settings) as store, store.transaction() as tx:
            if parent and parent not in await tx.units():
                raise Refused(f"chưa có đơn vị cấp trên {parent!r}; xem: motcua unit list")
            added = await tx.add_unit(Unit(code, called, parent, phone, address, hours), datetime.now(settings.zone))
            if not added:
                raise Refused(f"mã đơn vị {code!r} đã có; xem: motcua unit list")
        print(f"Đã thêm đơn vị {code}: {called}.")

    carry_out(work)


@units.command("list")
def list_units() -> None:
    """Các đơn vị."""

    async def work(settings: Settings) -> None:
        async with open_existing(settings) as store, store.reading() as tx:
            found = await tx.units()
        names = {unit.code: unit.name for unit in found.values()}
        for unit in found.values():
            print("\t".join((unit.code, unit.name, unit.parent, *place_changes.history(unit, names))))

    carry_out(work)


@counters.command("add")
def add_counter(
    code: str,
    name: str,
    unit: Annotated[str, typer.Option(help="Mã đơn vị")],
    form: Annotated[str, typer.Option(help="Mẫu phiếu")] = "nhanh",
) -> None:
    """Thêm một quầy."""

    async def work(settings: Settings) -> None:
        _check_code(code)
        called = check_name(name)
        if form not in (forms := unit_files.load(settings.data_dir)):
            raise Refused(f"không có mẫu phiếu {form!r}; có: {', '.join(sorted(forms))}")
        async with open_store(settings) as store, store.transaction() as tx:
            await standing_unit(tx, unit)
            if not await tx.add_counter(Counter(code, called, unit, form)):
                raise Refused(f"mã quầy {code!r} đã có; xem: motcua counter list")
        print(f"Đã thêm quầy {code}: {called}. Trang đánh giá: {settings.address}/k/{code}")

    carry_out(work)


@counters.command("list")
def list_counters(
    closed: Annotated[bool, typer.Option("--closed", help="Cả quầy đã đóng")] = False,
) -> None:
    """Các quầy."""

    async def work(settings: Settings) -> None:
        async with open_existing(settings) as store, store.reading() as tx:
            found = {**await tx.counters(), **(await tx.counters(active=False) if closed else {})}
            used = await tx.counters()
        for code, counter in sorted(found.items()):
            state = () if code in used else ("đã đóng",)
            print("\t".join((code, counter.name, counter.unit, counter.form, *state)))

    carry_out(work)


def _check_code(code: str) -> None:
    if not _CODE.fullmatch(code):
        raise Refused(f"mã {code!r} không dùng được: 1 đến 30 ký tự a-z, A-Z, 0-9, _ và -, bắt đầu bằng chữ hoặc số")
