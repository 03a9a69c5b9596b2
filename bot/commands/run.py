"""motcua run: serve everything that is configured."""

import sys
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import locales
from bot.commands.common import Refused, carry_out, print_upgrade
from bot.commands.outfile import written
from bot.demo import load_sample
from bot.live_world import NoUnits
from bot.settings import Settings
from bot.stopping import until_stopped
from handlers.staff.screens import unpaired, unpaired_line
from handlers.world import Counter, World
from storage.database.server_lock import serving
from storage.database.upgrade import upgrade
from storage.database.whole_files import PRIVATE
from storage.store import SqlStore
from surveys.printing.qr import is_local, terminal

if TYPE_CHECKING:
    from bot.app import App

LINK_FILE = "dang-nhap.txt"
UNSAID = {"phone": "điện thoại", "address": "địa chỉ", "hours": "giờ làm việc"}


def run(
    demo: Annotated[bool, typer.Option("--demo", help="Nạp dữ liệu mẫu nếu cơ sở dữ liệu còn trống")] = False,
) -> None:
    """Chạy trợ lý: trang trò chuyện, phiếu đánh giá, trang cán bộ, và các kênh đã cấu hình."""
    from bot.app import App, CannotServe

    async def work(settings: Settings) -> None:
        stopping = until_stopped()
        place = settings.database_url.get_secret_value()
        store = SqlStore.open(place)

        async def prepare() -> None:
            print_upgrade(await upgrade(store.engine, datetime.now(settings.zone)))

        async def load_demo() -> None:
            await load_sample(store, datetime.now(settings.zone))

        try:
            with serving(place) as note:
                app = App(settings, store)

                async def serve() -> None:
                    note()
                    world = app.live()
                    async with store.reading() as tx:
                        waiting = await unpaired(tx, world, list(world.units), app.clock())
                    announce_waiting = partial(announce, waiting=waiting)
                    await app.serve(stopping, announce_waiting, login=demo or sys.stdout.isatty())

                # When stopped, the running step is finished (a migration is not left half done) and no other begins.
                for step in (prepare, *([load_demo] if demo else []), app.load, serve):
                    if not stopping.is_set():
                        await step()
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


def announce(app: "App", login: str, waiting: Sequence[Counter] = ()) -> None:
    """Print the addresses with a code to scan; the login link only for the user who started the server."""
    address, world = app.settings.address, app.live()
    login = _for_one(login, app.settings.data_dir) if login else "motcua staff login --unit MÃ"
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
    lines += ["", *missing] if (missing := unsaid(world)) else []
    if line := unpaired_line(waiting, locales.DEFAULT).plain:
        lines += ["", line]
    lines.append("Dừng: Ctrl+C")
    print("\n".join(lines), flush=True)


def unsaid(world: World) -> list[str]:
    """Return a line for each unit with counters that has not entered its telephone, address or hours."""
    lines = []
    for code in sorted({counter.unit for counter in world.counters.values()}):
        unit = world.unit(code)
        blank = [key for key, value in unit.contact.items() if not value]
        if blank:
            names, options = ", ".join(UNSAID[key] for key in blank), " ".join(f"--{key} …" for key in blank)
            lines.append(f"{unit.name} chưa ghi {names} cho người dân: motcua unit set {code} {options}")
    return lines


def _for_one(login: str, folder: Path) -> str:
    """Return what is printed for a login link: the link in a terminal, else the name of a file only its owner can read.

    Other outputs are logs, which are kept and read by others.
    """
    if sys.stdout.isatty():
        return f"{login}   (dùng một lần)"
    path = folder / LINK_FILE
    folder.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)  # a symbolic link would lead elsewhere
    with written(path, PRIVATE) as file:
        file.write_text(f"{login}\n")
    return f"đường đăng nhập dùng một lần ở trong tệp {path.resolve()}   (chỉ chủ tệp đọc được)"
