"""motcua staff: invitations and login links."""

import secrets
import sys
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import typer

from bot.commands.common import carry_out, check_unit, open_store
from bot.effects import LOGIN_LIFE, login_link
from bot.settings import Settings
from surveys.slips import ALPHABET, LENGTH, shown

app = typer.Typer(help="Cán bộ.", no_args_is_help=True)
INVITATION_LIFE = timedelta(days=7)


class Role(StrEnum):
    """What a member of staff may see: the own unit, or also those below."""

    admin = "admin"
    staff = "staff"


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
            await tx.create_token("invitation", unit, role.value, code, now + INVITATION_LIFE)
        print(f"Mã mời ({role.value}, đơn vị {unit}): {code}")
        print(f"Dùng một lần, trong {INVITATION_LIFE.days} ngày. Cán bộ gửi cho trợ lý: /thamgia {code}")
        print(f"Hoặc mở trang trò chuyện: {settings.address}/?moi={code}")
        if settings.telegram_token:
            print(f"Hoặc trên Telegram: https://t.me/TÊN_BOT?start=i_{code}")

    carry_out(work)


@app.command()
def login(
    unit: Annotated[str, typer.Option(help="Mã đơn vị")],
    role: Annotated[Role, typer.Option(help="Vai trò")] = Role.staff,
) -> None:
    """Tạo đường dẫn đăng nhập trang cán bộ, dùng một lần."""

    async def work(settings: Settings) -> None:
        secret = secrets.token_urlsafe(24)
        async with open_store(settings) as store, store.transaction() as tx:
            await check_unit(tx, unit)
            now = datetime.now(settings.zone)
            await tx.create_token("login", unit, role.value, secret, now + LOGIN_LIFE)
        print(login_link(settings.address, secret))
        print(
            f"Vai trò {role.value}, dùng một lần, trong {int(LOGIN_LIFE.total_seconds() // 60)} phút.", file=sys.stderr
        )

    carry_out(work)
