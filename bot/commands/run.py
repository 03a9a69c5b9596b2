"""motcua run: serve everything that is configured."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated

import typer

import locales
from bot.app import App, CannotServe
from bot.commands.common import Refused, carry_out
from bot.demo import load_sample
from bot.live import NoUnits
from bot.settings import Settings
from handlers.world import Counter
from reports.screens import unpaired, unpaired_line
from storage.migrate import upgrade
from storage.store import SqlStore
from surveys.qr import is_local, terminal


def run(
    demo: Annotated[bool, typer.Option("--demo", help="Nạp dữ liệu mẫu nếu cơ sở dữ liệu còn trống")] = False,
) -> None:
    """Chạy trợ lý: trang trò chuyện, phiếu đánh giá, trang cán bộ, và các kênh đã cấu hình."""

    async def work(settings: Settings) -> None:
        store = SqlStore.open(settings.database_url.get_secret_value())
        try:
            if demo:
                await upgrade(store.engine)
                await load_sample(store, datetime.now(settings.zone))
            app = App(settings, store)
            await app.load()
            world = app.live()
            async with store.reading() as tx:
                counters = await unpaired(tx, world, list(world.units), app.clock())
            told = partial(announce, waiting=counters)
            await app.serve(_until_stopped(), told, login=demo or sys.stdout.isatty())
        except NoUnits:
            raise Refused(
                "chưa có đơn vị nào. Thêm: motcua unit add MÃ TÊN rồi motcua counter add MÃ TÊN --unit MÃ; "
                "hoặc chạy thử với dữ liệu mẫu: motcua run --demo"
            ) from None
        except CannotServe as error:
            raise Refused(str(error)) from error
        finally:
            await store.close()

    carry_out(work, quiet=False)


def _until_stopped() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


def announce(app: App, login: str, waiting: Sequence[Counter] = ()) -> None:
    """Print where everything is, with a code to scan. Logs that are kept get no login link."""
    address, world = app.settings.address, app.live()
    login = f"{login}   (dùng một lần)" if login else "motcua staff login --unit MÃ"
    counters = world.counters_of(world.home)
    lines = [f"Một Cửa đang chạy cho {world.unit('').name} ({len(world.catalog(world.home))} thủ tục).", ""]
    lines.append(f"Trò chuyện:      {address}/")
    if counters:
        link = f"{address}/k/{counters[0].code}"
        lines += [f"Phiếu đánh giá:  {link}   ({counters[0].name})", f"Trang cán bộ:    {login}", ""]
        lines += [f"Màn hình tại quầy: {address}/kiosk/{counters[0].code}   (đăng nhập trang cán bộ rồi ghép)", ""]
        lines += [terminal(link, colours=sys.stdout.isatty())]
        if is_local(address):
            lines.append(
                "Mã trên chỉ mở được trên máy này. Muốn điện thoại mở được: đặt PUBLIC_URL "
                "(và LISTEN_HOST=0.0.0.0) trong .env."
            )
    else:
        lines += [f"Trang cán bộ:    {login}", "Chưa có quầy nào: motcua counter add MÃ TÊN --unit MÃ"]
    if line := unpaired_line(waiting, locales.DEFAULT).plain:
        lines += ["", line]
    lines.append("Dừng: Ctrl+C")
    print("\n".join(lines), flush=True)
