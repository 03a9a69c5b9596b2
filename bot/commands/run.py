"""motcua run: serve everything that is configured."""

import asyncio
import signal
import sys
from datetime import datetime
from typing import Annotated

import typer

from bot.app import App, CannotServe
from bot.commands.common import Refused, carry_out, tell_upgrade
from bot.demo import load_sample
from bot.live_world import NoUnits
from bot.settings import Settings
from storage.database.serving import serving
from storage.database.upgrade import upgrade
from storage.store import SqlStore
from surveys.printing.qr import terminal


def run(
    demo: Annotated[bool, typer.Option("--demo", help="Nạp dữ liệu mẫu nếu cơ sở dữ liệu còn trống")] = False,
) -> None:
    """Chạy trợ lý: trang trò chuyện, phiếu đánh giá, trang cán bộ, và các kênh đã cấu hình."""

    async def work(settings: Settings) -> None:
        place = settings.database_url.get_secret_value()
        store = SqlStore.open(place)
        try:
            with serving(place) as note:
                tell_upgrade(await upgrade(store.engine, datetime.now(settings.zone)))
                if demo:
                    await load_sample(store, datetime.now(settings.zone))
                app = App(settings, store)
                await app.load()
                note()
                await app.serve(_until_stopped(), announce, login=demo or sys.stdout.isatty())
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


def announce(app: App, login: str) -> None:
    """Print where everything is, with a code to scan. Logs that are kept get no login link."""
    address, world = app.settings.address, app.live()
    login = f"{login}   (dùng một lần)" if login else "motcua staff login --unit MÃ"
    counters = world.counters_of(world.home)
    lines = [f"Một Cửa đang chạy cho {world.unit('').name} ({len(world.catalog(world.home))} thủ tục).", ""]
    lines.append(f"Trò chuyện:      {address}/")
    if counters:
        link = f"{address}/k/{counters[0].code}"
        lines += [f"Phiếu đánh giá:  {link}   ({counters[0].name})", f"Trang cán bộ:    {login}", ""]
        lines += [terminal(link, colours=sys.stdout.isatty())]
    else:
        lines += [f"Trang cán bộ:    {login}", "Chưa có quầy nào: motcua counter add MÃ TÊN --unit MÃ"]
    lines.append("Dừng: Ctrl+C")
    print("\n".join(lines), flush=True)
