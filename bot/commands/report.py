"""motcua report: satisfaction figures as text, JSON, or the documents of a report."""

import json
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.commands.common import Refused, carry_out, open_existing, world_of
from bot.commands.outfile import written
from bot.settings import Settings
from reports import periods
from reports.documents import WITH_DETAILS, make
from reports.documents.details import DEFAULT as UNKNOWN
from reports.documents.details import Details
from reports.documents.kept_details import looked_up
from reports.documents.word_report import TemplateUnusable
from reports.rates import DEFAULT_RULE, Rule
from reports.satisfaction.report import as_json
from reports.statements.compiling import statement_from
from reports.statements.scope import Scope
from reports.statements.statement import Statement
from reports.statements.summary import report_text
from surveys.slips import Stratum

Format = Literal["text", "json", "csv", "xlsx", "docx", "levels.png", "trend.png", "reasons.png"]
BINARY: Sequence[Format] = ("xlsx", "docx", "levels.png", "trend.png", "reasons.png")


def report(
    unit: Annotated[str, typer.Option(help="Mã đơn vị")],
    period: Annotated[str, typer.Option(help="Kỳ: 2026-W47, 2026-11, 2026-Q4, 2026-H2, 2026, 2026-11-20; thêm :cchc")],
    form: Annotated[Format, typer.Option("--format", help="Dạng")] = "text",
    rule: Annotated[
        Rule, typer.Option(help="Mức hài lòng: top2 (4 và 5), top3 (3 đến 5), three (ba mức)")
    ] = DEFAULT_RULE,
    stratum: Annotated[
        Stratum | None, typer.Option(help="slip phiếu phát, open mã QR tại quầy, assisted có người giúp")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Tệp ghi ra; bỏ trống là in ra màn hình")] = None,
) -> None:
    """Số liệu hài lòng của một đơn vị trong một kỳ, gồm các đơn vị cấp dưới."""
    if form in BINARY and out is None:
        raise typer.BadParameter(f"--format {form} ghi ra tệp; thêm --out TÊN_TỆP.{form}")

    async def work(settings: Settings) -> None:
        scope = Scope(unit, periods.parse(period), rule, stratum)
        now = datetime.now(settings.zone)
        # Open the file first: if the report cannot be written, no statement is stored.
        with written(out) if out else nullcontext() as file:
            async with open_existing(settings) as store:
                world = await world_of(settings, store, unit, catalogs=form in WITH_DETAILS)
                statement = await statement_from(store, world, scope, now)
                details = UNKNOWN
                if form in WITH_DETAILS:
                    context = (settings.data_dir, settings.report_place, now)
                    statement, details = await looked_up(store, world, statement, *context)
            details = replace(details, sample=world.is_sample(unit, below=statement.below))
            content = _content(form, statement, details)
            if file:
                file.write_bytes(content)
            elif form == "csv":
                # As bytes: the byte order mark and line ends belong to the file that it is redirected to.
                sys.stdout.buffer.write(content)
            else:
                print(content.decode(), end="")

    carry_out(work)


def _content(form: Format, statement: Statement, details: Details) -> bytes:
    if form == "json":
        return (json.dumps(as_json(statement.report), ensure_ascii=False, indent=2) + "\n").encode()
    if form == "text":
        return (report_text(statement, sample=details.sample).plain + "\n").encode()
    try:
        return make(form, statement, details)
    except TemplateUnusable as error:
        raise Refused(str(error)) from error
