"""motcua par: the self-score of administrative reform, as a sheet to fill in and a sheet with totals."""

from typing import Annotated

import typer

from bot.commands import par_indicators
from bot.commands.common import (
    Filled,
    OptionalXlsx,
    Refused,
    Xlsx,
    carry_out,
    is_printable,
    print_notes,
    refuse_mistakes,
)
from bot.commands.outfile import write_xlsx
from bot.commands.usage import Commands
from bot.settings import Settings
from catalog.files.mistakes import Unreadable
from catalog.files.notes import Notes
from reports.self_score import par_index, par_sheet
from reports.self_score.par_reading import read

app = Commands(help="Tự chấm điểm cải cách hành chính (PAR Index).")
app.add_typer(par_indicators.app, name="indicators")


@app.command()
def template(out: Xlsx) -> None:
    """Ghi bảng trống có tám lĩnh vực để điền tiêu chí, điểm tối đa, điểm tự chấm."""

    async def work(settings: Settings) -> None:
        write_xlsx(out, par_sheet.write_template)
        print(f"Đã ghi {out}. Điền xong, chạy: motcua par score {out}")

    carry_out(work)


@app.command()
def score(
    file: Filled,
    out: OptionalXlsx = None,
    subject: Annotated[
        str, typer.Option("--subject", help="Ai tự chấm, ghi trong câu: Thành phố, Phường, Xã")
    ] = "đơn vị",
) -> None:
    """Cộng điểm một bảng đã điền, in câu cho báo cáo; nêu từng ô sai và không ghi gì nếu có ô sai."""

    async def work(settings: Settings) -> None:
        if not subject.strip() or not is_printable(subject):
            raise Refused("--subject cần một tên in được")
        notes = Notes()
        try:
            areas, mistakes = read(file, notes)
        except Unreadable as error:
            raise Refused(str(error)) from error
        print_notes(notes)
        refuse_mistakes(file, mistakes)
        if out and out.resolve() == file.resolve():
            raise Refused(f"{out} là tệp vừa đọc; ghi ra tệp khác để giữ bảng đã điền")
        if out:
            write_xlsx(out, lambda path: par_sheet.write_scored(path, areas, subject.strip()))
        for area in areas:
            print(f"{area.name}: {par_index.sentence(area, subject.strip())}")
        print(par_index.total_line(areas))
        if out:
            print(f"Đã ghi {out}.")

    carry_out(work)
