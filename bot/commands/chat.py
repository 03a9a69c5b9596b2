"""motcua chat: the same conversation in the terminal, for people and for scripts."""

import getpass
import json
import secrets
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from bot.channels.console import CHANNEL, write_reply
from bot.commands.common import Refused, carry_out, check_unit, open_store
from bot.live_world import NoUnits
from bot.settings import Settings
from handlers.messages import Incoming
from handlers.shell import Handled

if TYPE_CHECKING:
    from bot.app import App

RESET = ":reset"


def chat(
    unit: Annotated[str, typer.Option(help="Mã đơn vị")] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help=f"Mỗi dòng vào một tin, mỗi dòng ra một đối tượng JSON; {RESET} bắt đầu lại")
    ] = False,
) -> None:
    """Trò chuyện với trợ lý ngay trong cửa sổ dòng lệnh. Kết thúc: Ctrl+D."""

    async def work(settings: Settings) -> None:
        from bot.app import App, CannotServe

        async with open_store(settings) as store:
            if unit:
                async with store.reading() as tx:
                    await check_unit(tx, unit)
            app = App(settings.model_copy(update={"home_unit": unit or settings.home_unit}), store)
            try:
                await app.load()
            except NoUnits:
                raise Refused("chưa có đơn vị nào; thêm: motcua unit add MÃ TÊN, hoặc motcua run --demo") from None
            except CannotServe as error:
                raise Refused(str(error)) from error
            await (_by_script(app) if as_json else _by_hand(app))

    carry_out(work)


def _newcomer() -> Incoming:
    """Return a new chat without earlier messages."""
    user = f"{getpass.getuser()}-{secrets.token_hex(4)}"
    return Incoming(CHANNEL, user, secrets.token_hex(8), "", "start")


async def _by_hand(app: "App") -> None:
    incoming = _newcomer()
    while True:
        handled = await app.conversation.handle(incoming)
        for outgoing in handled.replies:
            print(write_reply(outgoing.reply), end="\n\n", flush=True)
        line = _next_line()
        if line is None:
            return
        incoming = replace(incoming, id=secrets.token_hex(8), text=line, kind="text")


async def _by_script(app: "App") -> None:
    """Answer each line with one JSON object; a line with the id of a button shown before presses that button."""
    incoming = _newcomer()
    await app.conversation.handle(incoming)
    shown: set[str] = set()
    while (line := _next_line()) is not None:
        if line == RESET:
            incoming, shown = _newcomer(), set()
            await app.conversation.handle(incoming)
            continue
        incoming = replace(incoming, id=secrets.token_hex(8), text=line, kind="button" if line in shown else "text")
        handled = await app.conversation.handle(incoming)
        shown.update(button.id for outgoing in handled.replies for button in outgoing.reply.buttons)
        print(json.dumps(_as_object(handled), ensure_ascii=False), flush=True)


def _as_object(handled: Handled) -> dict[str, object]:
    about = handled.about
    return {
        "replies": [
            {
                "text": outgoing.reply.text.plain,
                "buttons": [{"id": button.id, "label": button.label} for button in outgoing.reply.buttons],
            }
            for outgoing in handled.replies
        ],
        "shown": {"code": about.code, "aspect": about.aspect or None} if about.code else None,
        "offered": list(about.offered),
        "outcome": about.outcome,
    }


def _next_line() -> str | None:
    """The next non-empty line, None at the end of input."""
    while True:
        if sys.stdin.isatty():
            print("> ", end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            return None
        if line.strip():
            return line.strip()
