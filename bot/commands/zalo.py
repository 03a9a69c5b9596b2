"""motcua zalo: consent for an account, and a check of what works."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qs, urlsplit

import typer

import locales
from bot.commands.common import Refused as NotDone
from bot.commands.common import carry_out, open_store
from bot.commands.usage import Commands
from bot.nursery import Nursery
from bot.secret_key import secret_key
from bot.settings import Settings
from storage.store import SqlStore

if TYPE_CHECKING:
    from bot.channels.zalo.api import ZaloApi
    from bot.channels.zalo.tokens import Tokens
    from web.site import Account

app = Commands(help="Kênh Zalo: cấp quyền, kiểm tra.")
Chosen = Annotated[str, typer.Option("--oa", help="Số của tài khoản OA; bỏ trống: tài khoản đầu trong ZALO_OA_ID")]
Callback = Annotated[
    str,
    typer.Option(
        help="Địa chỉ callback đúng như đã ghi ở developers.zalo.me; bỏ trống: PUBLIC_URL/staff/zalo/callback"
    ),
]


QUOTA = (
    "hạn mức còn lại: không hỏi được, Zalo không cho ứng dụng biết gói còn bao nhiêu tin. "
    "Văn phòng xem ở oa.zalo.me, phần gói dịch vụ; khi hết, Zalo từ chối tin (mã -211) và trợ lý báo quản trị viên"
)


@app.command()
def login(oa: Chosen = "", callback: Callback = "") -> None:
    """Xin cấp quyền gửi tin cho một tài khoản: in đường dẫn, rồi nhận mã dán vào."""

    async def work(settings: Settings) -> None:
        from bot.channels.zalo.api import OutOfReach, Refused
        from bot.channels.zalo.consent import consent_link
        from web.staff.zalo import CALLBACK

        account, address = _account(settings, oa), callback or f"{settings.address}{CALLBACK}"
        verifier, state = secrets.token_urlsafe(32), secrets.token_urlsafe(8)
        print("1. Quản trị viên của tài khoản mở đường dẫn này và bấm đồng ý:")
        print(f"   {consent_link(settings, address, verifier, state)}")
        print("2. Trình duyệt chuyển sang một địa chỉ có code=…; trang đó không mở được cũng không sao.")
        code = _code(typer.prompt("3. Dán cả địa chỉ đó vào đây, trong vòng 10 phút"), account, state)
        async with _client(settings) as (api, tokens, _):
            try:
                await tokens.store(account, await api.grant(code=code, code_verifier=verifier))
            except Refused as error:
                raise NotDone(f"Zalo từ chối ({error}). Mã chỉ dùng một lần, trong 10 phút: làm lại từ đầu") from error
            except OutOfReach as error:
                raise NotDone(f"không tới được Zalo ({error})") from error
        print(f"Tài khoản {account} đã được cấp quyền. Kiểm tra: motcua zalo check")

    carry_out(work)


@app.command()
def check() -> None:
    """Nói tài khoản nào gửi được tin, gói nào, hạn đến bao giờ; kết thúc bằng mã 1 nếu có tài khoản chưa được."""

    async def work(settings: Settings) -> None:
        from bot.channels.zalo.api import OutOfReach, Refused
        from bot.channels.zalo.consent import known_accounts
        from bot.channels.zalo.tokens import NoToken

        _account(settings, "")
        failed = []
        async with _client(settings) as (api, tokens, store):
            for account in settings.zalo_accounts:
                try:
                    print(await _state_line(api, tokens, account))
                except (NoToken, OutOfReach, Refused) as error:
                    failed.append(account)
                    print(f"{account}: chưa gửi được tin ({error})")
            for known in await known_accounts(store, settings, datetime.now(settings.zone)):
                print("\n".join(_noted(known, settings)))
            if api.limit:
                print(f"Giới hạn Zalo báo: {api.limit} lệnh mỗi phút; đang đặt {settings.zalo_calls_a_minute}.")
        print(f"Webhook: {settings.address}/zalo/webhook. Phải bật «Webhook Retry», phải tắt «Lọc cú pháp».")
        if failed:
            raise NotDone(f"tài khoản chưa gửi được tin: {', '.join(failed)}")

    carry_out(work)


async def _state_line(api: "ZaloApi", tokens: "Tokens", account: str) -> str:
    from bot.channels.zalo.api import Refused

    token = await tokens.access(account)
    try:
        found = await api.ask("/v2.0/oa/getoa", token)
    except Refused as error:
        if error.remedy != "token":
            raise
        found = await api.ask("/v2.0/oa/getoa", await tokens.renewed(account, token))
    package, until = found.get("package_name") or "không rõ", found.get("package_valid_through_date") or "không rõ"
    return f"{account}: gửi được tin. Gói: {package}, hạn: {until}"


def _noted(account: "Account", settings: Settings) -> list[str]:
    """Return lines with what the running assistant noted about an account."""
    from web.staff.zalo import trouble_lines

    lines = [f"{account.id}: {trouble}" for trouble in trouble_lines([account], locales.DEFAULT)]
    if account.until:
        lines.append(f"{account.id}: được cấp quyền đến {account.until.astimezone(settings.zone):%d/%m/%Y}")
    if account.heard_at:
        heard = f"{account.heard_at.astimezone(settings.zone):%H:%M %d/%m/%Y}"
        lines.append(f"{account.id}: nhận sự kiện gần nhất lúc {heard}, ZALO_SIGNATURE={account.signed}")
    else:
        lines.append(f"{account.id}: chưa nhận được sự kiện nào từ Zalo")
    allowed = "cho gửi" if settings.zalo_paid_messages else "không cho gửi"
    lines.append(f"{account.id}: tin mất phí trong tháng: {account.charged} (thiết lập {allowed})")
    lines.append(f"{account.id}: {QUOTA}")
    return lines


def _account(settings: Settings, oa: str) -> str:
    if not settings.zalo_accounts:
        raise NotDone("chưa đặt ZALO_APP_ID, ZALO_APP_SECRET, ZALO_OA_ID, ZALO_OA_SECRET")
    account = oa or next(iter(settings.zalo_accounts))
    if account not in settings.zalo_accounts:
        raise NotDone(f"{oa!r} không có trong ZALO_OA_ID")
    return account


def _code(pasted: str, account: str, state: str) -> str:
    """Read the code from the address that was pasted, or from the code alone."""
    given = {name: values[0] for name, values in parse_qs(urlsplit(pasted.strip()).query).items()}
    if not given:
        return pasted.strip()
    if given.get("oa_id", account) != account:
        raise NotDone(f"đã đồng ý cho tài khoản {given['oa_id']}, không phải {account}")
    if given.get("state", state) != state or "code" not in given:
        raise NotDone("địa chỉ dán vào không phải của lần xin này")
    return given["code"]


@asynccontextmanager
async def _client(settings: Settings) -> AsyncIterator[tuple["ZaloApi", "Tokens", SqlStore]]:
    from bot.channels.zalo.tokens import zalo_client

    nursery = Nursery()
    async with open_store(settings) as store:
        key = secret_key(settings)
        api, tokens = zalo_client(settings, store, nursery, key, lambda: datetime.now(settings.zone))
        try:
            yield api, tokens, store
        finally:
            await nursery.close()
            await api.close()
