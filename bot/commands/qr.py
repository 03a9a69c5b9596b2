"""motcua qr: the code of a counter, alone or on a poster."""

from pathlib import Path
from typing import Annotated

import typer

from bot.channels.zalo.links import account_link
from bot.commands.common import Refused, carry_out, open_existing
from bot.commands.outfile import check_ending, written
from bot.settings import Settings
from handlers.rating.counter_words import counter_words
from surveys.printing.heading import reach, remarks
from surveys.printing.poster import write_pdf
from surveys.printing.qr import write_png, write_svg


def qr(
    counter: Annotated[str, typer.Argument(metavar="MÃ", help="Mã quầy")],
    out: Annotated[Path, typer.Option(help="Tệp .pdf (áp phích A4), .png hoặc .svg (mã trần)")],
) -> None:
    """Ghi mã QR của một quầy: áp phích A4 để in, hoặc mã trần."""

    async def work(settings: Settings) -> None:
        check_ending(out, ".pdf", ".png", ".svg")
        kind = out.suffix.lower()
        async with open_existing(settings) as store, store.reading() as tx:
            counters, units = await tx.counters(), await tx.units()
        found = counters.get(counter)
        if found is None:
            raise Refused(f"chưa có quầy {counter!r}; xem: motcua counter list")
        address, unit = f"{settings.address}/k/{found.code}", units[found.unit]
        with written(out) as path:
            if kind == ".pdf":
                zalo = account_link(settings, units, found.unit).removeprefix("https://")
                also = f"Trong Zalo: mở {zalo}, gửi “{counter_words(found.code)}”." if zalo else ""
                write_pdf(address, unit.name, found.name, path, remarks(address, sample=unit.demo), also)
            elif kind == ".png":
                write_png(address, path)
            else:
                write_svg(address, path)
        print(f"Đã ghi {out}: {address}")
        if limit := reach(address):
            print(f"Lưu ý: {limit}.")

    carry_out(work)
