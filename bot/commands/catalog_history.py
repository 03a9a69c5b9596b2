"""motcua catalog history and restore: listing what changed the catalog, and returning to an earlier state."""

from datetime import datetime
from typing import Annotated, Any

import typer

from bot.commands.common import Refused, carry_out, open_existing
from bot.commands.listing import Json, print_list
from bot.settings import Settings
from handlers.staff.catalog.confirming import Sender, restore
from handlers.staff.catalog.replies import restored_lines
from handlers.wording import plain
from locales import DEFAULT


def history(as_json: Json = False) -> None:
    """Các lần thay đổi danh mục: lúc nào, ai, tệp nào, đổi gì."""

    async def work(settings: Settings) -> None:
        async with open_existing(settings) as store, store.reading() as tx:
            found = await tx.imports()

        def row(one: Any) -> tuple[object, ...]:
            at = one.at.astimezone(settings.zone).strftime("%d/%m/%Y %H:%M")
            kind = plain(DEFAULT, f"catalog_desk.version.{one.kind}") + (f" {one.undoes}" if one.undoes else "")
            counts = (one.added, one.changed, one.unchanged, one.refused)
            return one.id, at, kind, one.channel or "dòng lệnh", one.file, one.decision, one.unit or "chung", *counts

        columns = ("Số", "Lúc", "Việc", "Qua", "Tệp", "Quyết định", "Đơn vị", "Mới", "Đổi", "Giữ nguyên", "Lỗi")
        print_list(found, columns, row, as_json=as_json, record=lambda one: one._asdict())

    carry_out(work)


def go_back(
    version: Annotated[int, typer.Argument(metavar="LẦN", help="Số của lần thay đổi, xem: motcua catalog history")],
    undo: Annotated[
        bool, typer.Option("--undo", help="Chỉ hoàn tác lần này, thay vì đưa danh mục về như ngay sau lần này")
    ] = False,
) -> None:
    """Đưa danh mục về như ngay sau một lần thay đổi. Thủ tục đã sửa tay sau đó được giữ nguyên và nêu ra."""

    async def work(settings: Settings) -> None:
        async with open_existing(settings) as store, store.transaction() as tx:
            known = await tx.version(version)
            if known is None:
                raise Refused(f"không có lần thay đổi {version}; xem: motcua catalog history")
            now = datetime.now(settings.zone)
            found, made = await restore(tx, known.unit, version, Sender("", "", ""), now, alone=undo)
        print("\n".join(restored_lines(found)))
        print(f"Đã ghi thành lần {made}." if made else "Không có gì thay đổi.")

    carry_out(work)
