"""motcua staff: invitations, login links, listing and removing members."""

import secrets
import sys
from datetime import datetime, timedelta
from typing import Annotated

import typer

from bot.commands.common import Refused, carry_out, check_unit, open_existing, open_store
from bot.commands.listing import Json, print_list
from bot.commands.usage import Commands
from bot.settings import Settings
from handlers.ports import Role
from surveys.slips import ALPHABET, LENGTH, shown

app = Commands(help="Cán bộ.")
INVITATION_LIFE = timedelta(days=7)


@app.command()
def invite(
    unit: Annotated[str, typer.Option(help="Mã đơn vị")],
    role: Annotated[Role, typer.Option(help="Vai trò")],
) -> None:
    """Tạo mã mời dùng một lần cho một cán bộ."""

    async def work(settings: Settings) -> None:
        code = shown("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))
        async with open_store(settings) as store, store.transaction() as tx:
            await check_unit(tx, unit)
            now = datetime.now(settings.zone)
            await tx.create_token("invitation", unit, role, code, now + INVITATION_LIFE)
        print(f"Mã mời ({role}, đơn vị {unit}): {code}")
        print(f"Dùng một lần, trong {INVITATION_LIFE.days} ngày. Cán bộ gửi cho trợ lý: /thamgia {code}")
        print(f"Hoặc mở trang trò chuyện: {settings.address}/?moi={code}")
        if settings.telegram_token:
            print(f"Hoặc trên Telegram: https://t.me/TÊN_BOT?start=i_{code}")

    carry_out(work)


@app.command()
def login(
    unit: Annotated[str, typer.Option(help="Mã đơn vị")],
    role: Annotated[Role, typer.Option(help="Vai trò")] = "staff",
) -> None:
    """Tạo đường dẫn đăng nhập trang cán bộ, dùng một lần."""

    async def work(settings: Settings) -> None:
        from bot.effects.staff import LOGIN_LIFE, login_link

        secret = secrets.token_urlsafe(24)
        async with open_store(settings) as store, store.transaction() as tx:
            await check_unit(tx, unit)
            now = datetime.now(settings.zone)
            await tx.create_token("login", unit, role, secret, now + LOGIN_LIFE)
        print(login_link(settings.address, secret))
        print(f"Vai trò {role}, dùng một lần, trong {int(LOGIN_LIFE.total_seconds() // 60)} phút.", file=sys.stderr)

    carry_out(work)


@app.command("list")
def list_members(
    unit: Annotated[str, typer.Option(help="Mã đơn vị; bỏ trống: tất cả")] = "",
    as_json: Json = False,
) -> None:
    """Liệt kê cán bộ đã tham gia: đơn vị, vai trò, kênh, mã trong kênh."""

    async def work(settings: Settings) -> None:
        async with open_existing(settings) as store, store.reading() as tx:
            if unit:
                await check_unit(tx, unit)
            members = [member for code in ([unit] if unit else await tx.units()) for member in await tx.members(code)]
        columns = ("Đơn vị", "Vai trò", "Kênh", "Mã trong kênh")
        print_list(members, columns, lambda one: (one.unit, one.role, one.channel, one.user), as_json=as_json)
        if not members and not as_json:
            print("Chưa có cán bộ nào; mời: motcua staff invite --unit MÃ --role staff", file=sys.stderr)

    carry_out(work)


@app.command()
def remove(
    channel: Annotated[str, typer.Option(help="Kênh: telegram, zalo, webchat")],
    user: Annotated[str, typer.Option(help="Mã trong kênh, như motcua staff list in ra")],
) -> None:
    """Cho một cán bộ ra: không nhận tin nữa, các phiên đã mở bằng đường dẫn của người đó đóng ngay."""

    async def work(settings: Settings) -> None:
        async with open_store(settings) as store, store.transaction() as tx:
            removed = await tx.remove_member(channel, user)
        if removed is None:
            raise Refused(f"không có cán bộ {user!r} trên kênh {channel!r}; xem: motcua staff list")
        print(f"Đã cho ra khỏi đơn vị {removed.unit} (vai trò {removed.role}).")

    carry_out(work)


@app.command()
def logout(
    unit: Annotated[str, typer.Option(help="Mã đơn vị")],
) -> None:
    """Đóng mọi phiên trang cán bộ của một đơn vị và hủy các đường dẫn đăng nhập chưa dùng."""

    async def work(settings: Settings) -> None:
        async with open_store(settings) as store, store.transaction() as tx:
            await check_unit(tx, unit)
            ended = await tx.end_sessions(unit)
        print(f"Đã đóng {ended} phiên và đường dẫn đăng nhập của đơn vị {unit}.")

    carry_out(work)
