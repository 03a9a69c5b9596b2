"""motcua db: tables of this version, whether all is well, backups."""

from datetime import datetime

import typer

from bot.commands import backup
from bot.commands.common import Refused, carry_out, open_existing, tell_upgrade
from bot.settings import Settings
from storage.database.serving import serves_another, serving
from storage.database.upgrade import at_head, upgrade
from storage.store import SqlStore

app = typer.Typer(help="Cơ sở dữ liệu.", no_args_is_help=True)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore_)


@app.command("upgrade")
def upgrade_() -> None:
    """Tạo hoặc nâng cấp các bảng."""

    async def work(settings: Settings) -> None:
        place = settings.database_url.get_secret_value()
        store = SqlStore.open(place)
        try:
            if not await at_head(store.engine):
                # A server of the older program would go on writing into tables that are not its own any more.
                with serving(place):
                    tell_upgrade(await upgrade(store.engine, datetime.now(settings.zone)))
        finally:
            await store.close()
        print("Cơ sở dữ liệu đã đúng phiên bản.")

    carry_out(work)


@app.command()
def check() -> None:
    """Kiểm tra cơ sở dữ liệu: cấu trúc, chỗ trống, quyền ghi, ghi thử một dòng. Mã kết thúc 1 và nêu từng điều sai."""

    async def work(settings: Settings) -> None:
        place = settings.database_url.get_secret_value()
        async with open_existing(settings) as store:
            found = [" ".join(problem.split()) for problem in await store.damage()]
            if found:
                raise Refused("cơ sở dữ liệu hỏng: " + "; ".join(found))
            health = await store.health(datetime.now(settings.zone))
            sentences = [trouble.sentence for trouble in health.troubles]
            if another := serves_another(place):
                sentences.append(another)
            if sentences:
                raise Refused(" ".join(sentences))
            async with store.reading() as tx:
                counts = len(await tx.units()), len(await tx.counters()), await store.waiting()
                blank = await tx.without_answers()
        print("Tốt. Đơn vị: {}, quầy: {}, tin chờ gửi: {}.".format(*counts))
        if blank:
            print(
                f"Lưu ý: {blank} phiếu đã gửi mà không có câu trả lời nào. Bản trước của chương trình làm mất câu trả "
                "lời khi nâng cấp tệp SQLite; nếu có bản sao lưu trước lần nâng cấp đó, khôi phục từ bản ấy."
            )

    carry_out(work)
