"""motcua counter: adding, listing, renaming, closing and reopening counters."""

from dataclasses import asdict
from typing import Annotated

import typer

from bot import unit_files
from bot.commands.common import Refused, carry_out, check_code, check_name, open_existing, open_store, standing_unit
from bot.commands.listing import Json, print_list
from bot.commands.usage import Commands
from bot.settings import Settings
from handlers.world import Counter
from storage.store import SqlTx

app = Commands(help="Quầy.")
Code = Annotated[str, typer.Argument(metavar="MÃ", help="Mã quầy")]
Name = Annotated[str, typer.Argument(metavar="TÊN", help="Tên như người dân thấy")]


@app.command("add")
def add_counter(
    code: Code,
    name: Name,
    unit: Annotated[str, typer.Option(help="Mã đơn vị")],
    form: Annotated[str, typer.Option(help="Mẫu phiếu")] = "nhanh",
) -> None:
    """Thêm một quầy."""

    async def work(settings: Settings) -> None:
        check_code(code)
        called = check_name(name)
        if form not in (forms := unit_files.load(settings.data_dir)):
            raise Refused(f"không có mẫu phiếu {form!r}; có: {', '.join(sorted(forms))}")
        async with open_store(settings) as store, store.transaction() as tx:
            await standing_unit(tx, unit)
            if not await tx.add_counter(Counter(code, called, unit, form)):
                raise Refused(f"mã quầy {code!r} đã có; xem: motcua counter list")
        print(f"Đã thêm quầy {code}: {called}. Trang đánh giá: {settings.address}/k/{code}")

    carry_out(work)


@app.command("list")
def list_counters(
    closed: Annotated[bool, typer.Option("--closed", help="Cả quầy đã đóng")] = False,
    as_json: Json = False,
) -> None:
    """Các quầy."""

    async def work(settings: Settings) -> None:
        async with open_existing(settings) as store, store.reading() as tx:
            found = {**await tx.counters(), **(await tx.counters(active=False) if closed else {})}
            used = await tx.counters()
        print_list(
            [counter for _, counter in sorted(found.items())],
            ("Mã", "Tên", "Đơn vị", "Mẫu phiếu", *(("Tình trạng",) if closed else ())),
            lambda one: (one.code, one.name, one.unit, one.form, *(() if one.code in used else ("đã đóng",))),
            as_json=as_json,
            record=lambda one: {**asdict(one), "active": one.code in used},
        )

    carry_out(work)


@app.command("rename")
def rename_counter(code: Code, name: Name) -> None:
    """Đổi tên một quầy; mã và mã QR giữ nguyên, báo cáo cũ cũng mang tên mới."""

    async def work(settings: Settings) -> None:
        called = check_name(name)
        async with open_store(settings) as store, store.transaction() as tx:
            await _counter(tx, code, active=True)
            await tx.change_counter(code, {"name": called})
        print(f"Quầy {code} nay tên là {called}.")

    carry_out(work)


@app.command("close")
def close_counter(code: Code) -> None:
    """Đóng một quầy: thôi nhận phiếu, số liệu cũ giữ nguyên tên quầy."""

    async def work(settings: Settings) -> None:
        async with open_store(settings) as store, store.transaction() as tx:
            counter = await _counter(tx, code, active=True)
            await tx.change_counter(code, {"active": False})
        print(f"Đã đóng quầy {code}: {counter.name}. Gỡ mã QR tại quầy. Mở lại: motcua counter reopen {code}")

    carry_out(work)


@app.command("reopen")
def reopen_counter(code: Code) -> None:
    """Mở lại một quầy đã đóng."""

    async def work(settings: Settings) -> None:
        async with open_store(settings) as store, store.transaction() as tx:
            counter = await _counter(tx, code, active=False)
            await standing_unit(tx, counter.unit)
            await tx.change_counter(code, {"active": True})
        print(f"Quầy {code} lại nhận phiếu: {counter.name}.")

    carry_out(work)


async def _counter(tx: SqlTx, code: str, *, active: bool) -> Counter:
    found = (await tx.counters(active=active)).get(code)
    if found:
        return found
    if code in await tx.counters(active=not active):
        raise Refused(f"quầy {code} {'đã đóng từ trước' if active else 'đang mở'}")
    raise Refused(f"chưa có quầy {code!r}; xem: motcua counter list")
