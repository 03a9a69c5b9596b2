"""motcua integrity: suspicious signs in a unit's forms, and deciding about uncounted forms."""

import getpass
import json
from datetime import datetime
from typing import Annotated

import typer

import locales
from bot.commands.common import Refused, carry_out, check_unit, open_existing, open_store, world_of
from bot.commands.listing import Json
from bot.commands.usage import Commands
from bot.settings import Settings
from reports import periods
from reports.integrity import uncounted
from reports.integrity.integrity import Integrity, as_json, integrity_for
from surveys.uncounted import Decision, Verdict

app = Commands(
    help="Độ tin cậy của phiếu trong một kỳ: phiếu chưa tính, tỷ lệ trả lời, tốc độ, máy gửi nhiều lần, quầy đạt 100%.",
    invoke_without_command=True,
    no_args_is_help=False,
)
UNIT = typer.Option(help="Mã đơn vị")
COUNTER = typer.Option(help="Mã quầy; bỏ trống nếu phiếu không ghi quầy")
DAY = typer.Option(help="Ngày, ví dụ 2026-11-20")


@app.callback()
def integrity(
    context: typer.Context,
    unit: Annotated[str, UNIT] = "",
    period: Annotated[str, typer.Option(help="Kỳ, như của motcua report")] = "",
    in_json: Json = False,
) -> None:
    """Độ tin cậy của phiếu trong một kỳ: phiếu chưa tính, tỷ lệ trả lời, tốc độ, máy gửi nhiều lần, quầy đạt 100%."""
    if context.invoked_subcommand:
        return
    for name, value in (("--unit", unit), ("--period", period)):
        if not value:
            raise typer.BadParameter(f"thiếu {name}", context)

    async def work(settings: Settings) -> None:
        wanted = periods.parse(period)
        async with open_existing(settings) as store:
            world = await world_of(settings, store, unit)
            async with store.reading() as tx:
                found = await integrity_for(tx, world, unit, wanted, datetime.now(settings.zone).date())
        print(json.dumps(as_json(found), ensure_ascii=False, indent=2) if in_json else _text(found))

    carry_out(work)


@app.command("count")
def count(unit: Annotated[str, UNIT], day: Annotated[str, DAY], counter: Annotated[str, COUNTER] = "") -> None:
    """Tính vào số liệu các phiếu chưa tính của một quầy trong một ngày."""
    _decide("count", unit, counter, day)


@app.command("discard")
def discard(unit: Annotated[str, UNIT], day: Annotated[str, DAY], counter: Annotated[str, COUNTER] = "") -> None:
    """Bỏ các phiếu chưa tính của một quầy trong một ngày: vẫn lưu, nhưng không vào số liệu nào."""
    _decide("discard", unit, counter, day)


def _decide(verdict: Verdict, unit: str, counter: str, day: str) -> None:
    async def work(settings: Settings) -> int:
        wanted = periods.parse(day)
        if wanted.first != wanted.last:
            raise Refused(f"{day!r} không phải một ngày; viết như 2026-11-20")
        decision = Decision(unit, counter, wanted.first, verdict, f"motcua ({_user()})", datetime.now(settings.zone))
        async with open_store(settings) as store, store.transaction() as tx:
            await check_unit(tx, unit)
            if counter and counter not in await tx.counters():
                raise Refused(f"chưa có quầy {counter!r}; xem: motcua counter list")
            return await uncounted.decide(tx, decision)

    if forms := carry_out(work):
        print(locales.text(locales.DEFAULT, f"integrity.done_{verdict}", count=forms))
    else:
        print(locales.text(locales.DEFAULT, "integrity.done_nothing"))


def _user() -> str:
    """Return the system's name of the user who runs the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"


def _text(found: Integrity) -> str:
    lines = [f"{periods.label(found.period, locales.DEFAULT)} · {found.unit_name}"]
    for finding in found.findings:
        kind = locales.text(locales.DEFAULT, f"integrity.kind.{finding.kind}")
        state = locales.text(locales.DEFAULT, f"integrity.state.{finding.state}")
        lines += ["", f"{kind}: {state}", *(f"  {sentence}" for sentence in finding.sentences)]
    return "\n".join(lines)
