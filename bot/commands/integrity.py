"""motcua integrity: what is worth a second look in a unit's forms."""

import json
from datetime import datetime
from typing import Annotated

import typer

import locales
from bot.commands.common import carry_out, open_existing, world_of
from bot.settings import Settings
from reports import periods
from reports.integrity.integrity import Integrity, as_json, integrity_for


def integrity(
    unit: Annotated[str, typer.Option(help="Mã đơn vị")],
    period: Annotated[str, typer.Option(help="Kỳ, như của motcua report")],
    in_json: Annotated[bool, typer.Option("--json", help="In ra JSON")] = False,
) -> None:
    """Độ tin cậy của phiếu trong một kỳ: tỷ lệ trả lời, tốc độ, máy gửi nhiều lần, quầy đạt 100%."""

    async def work(settings: Settings) -> None:
        wanted = periods.parse(period)
        async with open_existing(settings) as store:
            world = await world_of(settings, store, unit)
            async with store.reading() as tx:
                found = await integrity_for(tx, world, unit, wanted, datetime.now(settings.zone).date())
        print(json.dumps(as_json(found), ensure_ascii=False, indent=2) if in_json else _text(found))

    carry_out(work)


def _text(found: Integrity) -> str:
    lines = [f"{periods.label(found.period, locales.DEFAULT)} · {found.unit_name}"]
    for finding in found.findings:
        kind = locales.text(locales.DEFAULT, f"integrity.kind.{finding.kind}")
        state = locales.text(locales.DEFAULT, f"integrity.state.{finding.state}")
        lines += ["", f"{kind}: {state}", *(f"  {sentence}" for sentence in finding.sentences)]
    return "\n".join(lines)
