"""motcua report: satisfaction figures as text or JSON."""

import json
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.common import Refused, carry_out, open_store, world_of
from bot.settings import Settings
from reports import periods
from reports.compiling import statement_from
from reports.rates import DEFAULT_RULE
from reports.report import as_json
from reports.summary import told
from surveys.slips import Stratum


class Format(StrEnum):
    """How a report is written."""

    text = "text"
    json = "json"


class Rule(StrEnum):
    """Which levels count as satisfied."""

    top2 = "top2"
    top3 = "top3"
    three = "three"


class StratumChoice(StrEnum):
    """Which stratum is reported; by default that with the most forms."""

    slip = "slip"
    open = "open"
    assisted = "assisted"


DEFAULT = Rule(DEFAULT_RULE)


def report(
    unit: Annotated[str, typer.Option(help="Mã đơn vị")],
    period: Annotated[str, typer.Option(help="Kỳ: 2026-W47, 2026-11, 2026-Q4, 2026-H2, 2026, 2026-11-20; thêm :cchc")],
    form: Annotated[Format, typer.Option("--format", help="Dạng")] = Format.text,
    rule: Annotated[Rule, typer.Option(help="Mức hài lòng: top2 (4 và 5), top3 (3 đến 5), three (ba mức)")] = DEFAULT,
    stratum: Annotated[
        StratumChoice | None, typer.Option(help="slip phiếu phát, open mã QR tại quầy, assisted có người giúp")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Tệp ghi ra; bỏ trống là in ra màn hình")] = None,
) -> None:
    """Số liệu hài lòng của một đơn vị trong một kỳ, gồm các đơn vị cấp dưới."""

    async def work(settings: Settings) -> None:
        wanted = periods.parse(period)
        async with open_store(settings) as store:
            world = await world_of(settings, store, unit)
            chosen: Stratum | None = stratum.value if stratum else None
            now = datetime.now(settings.zone)
            statement = await statement_from(store, world, unit, wanted, now, rule=rule.value, stratum=chosen)
        if form is Format.json:
            written = json.dumps(as_json(statement.report), ensure_ascii=False, indent=2)
        else:
            written = told(statement).plain
        if out is None:
            print(written)
            return
        try:
            out.write_text(written + "\n", encoding="utf-8")
        except OSError as error:
            raise Refused(f"không ghi được {out}: {error.strerror}") from error

    carry_out(work)
