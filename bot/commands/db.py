"""motcua db: tables of this version, whether all is well, backups."""

import typer

from bot.commands import backup
from bot.commands.common import Refused, carry_out, open_store
from bot.settings import Settings
from storage.database.engine import is_missing
from storage.database.upgrade import at_head
from storage.store import SqlStore

app = typer.Typer(help="Cơ sở dữ liệu.", no_args_is_help=True)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore_)


@app.command("upgrade")
def upgrade_() -> None:
    """Tạo hoặc nâng cấp các bảng."""

    async def work(settings: Settings) -> None:
        async with open_store(settings):
            print("Cơ sở dữ liệu đã đúng phiên bản.")

    carry_out(work)


@app.command()
def check() -> None:
    """Kiểm tra cơ sở dữ liệu mà không thay đổi gì."""

    async def work(settings: Settings) -> None:
        place = settings.database_url.get_secret_value()
        if is_missing(place):
            raise Refused("chưa có cơ sở dữ liệu; chạy: motcua db upgrade")
        store = SqlStore.open(place)
        try:
            if not await at_head(store.engine):
                raise Refused("các bảng chưa đúng phiên bản; chạy: motcua db upgrade")
            problems = await store.damage()
            if problems:
                raise Refused("cơ sở dữ liệu hỏng: " + "; ".join(" ".join(problem.split()) for problem in problems))
            async with store.reading() as tx:
                found = len(await tx.units()), len(await tx.counters()), await store.waiting()
        finally:
            await store.close()
        print("Tốt. Đơn vị: {}, quầy: {}, tin chờ gửi: {}.".format(*found))

    carry_out(work)
