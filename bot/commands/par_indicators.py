"""motcua par indicators: the sheet of indicators with its grade, for units that are still asked for it."""

from typing import Any

import locales
from bot.commands.common import Filled, OptionalXlsx, Refused, Xlsx, carry_out, print_notes, refuse_mistakes
from bot.commands.outfile import write_xlsx
from bot.commands.usage import Commands
from bot.settings import Settings
from catalog.files.mistakes import Unreadable
from catalog.files.notes import Notes
from reports.self_score import indicator_sheet
from reports.self_score.indicator_reading import read
from reports.self_score.indicators import Line, Scheme, SchemeError, add_up, load

app = Commands(help="Bảng chín chỉ số đánh giá giải quyết thủ tục hành chính (tùy chọn).")


@app.command()
def template(out: Xlsx) -> None:
    """Ghi bảng trống để điền điểm từng chỉ số."""

    async def work(settings: Settings) -> None:
        scheme = _scheme(settings)
        write_xlsx(out, lambda path: indicator_sheet.write(path, scheme, [Line()] * len(scheme.indicators)))
        print(f"Đã ghi {out}. Điền xong, chạy: motcua par indicators score {out}")

    carry_out(work)


@app.command()
def score(file: Filled, out: OptionalXlsx = None) -> None:
    """Cộng điểm một bảng đã điền và xếp loại theo khung của đơn vị; nêu từng ô sai."""

    async def work(settings: Settings) -> None:
        scheme = _scheme(settings)
        notes = Notes()
        try:
            lines, mistakes = read(file, scheme, notes)
        except Unreadable as error:
            raise Refused(str(error)) from error
        print_notes(notes)
        refuse_mistakes(file, mistakes)
        if out:
            write_xlsx(out, lambda path: indicator_sheet.write(path, scheme, lines))
        columns: dict[str, list[Any]] = {
            "indicator.own_sum": [line.own for line in lines],
            "indicator.appraised_sum": [line.appraised for line in lines],
        }
        for key, filled in columns.items():
            found = add_up(scheme, filled)
            if len(found.lacking) == len(lines):
                continue
            lacking = ", ".join(map(str, found.lacking))
            ended = found.grade or locales.text(locales.DEFAULT, "indicator.lacking", numbers=lacking)
            print(locales.text(locales.DEFAULT, key, total=found.total, most=scheme.most, grade=ended))
        print(indicator_sheet.bands(scheme))
        if out:
            print(f"Đã ghi {out}.")

    carry_out(work)


def _scheme(settings: Settings) -> Scheme:
    try:
        return load(settings.data_dir)
    except SchemeError as error:
        raise Refused(str(error)) from error
