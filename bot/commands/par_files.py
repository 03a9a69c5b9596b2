"""What the sheets of self-scores share on the command line: where they are read and written, and their mistakes."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.common import Refused
from bot.commands.outfile import written
from catalog.files.mistakes import Mistake

Out = Annotated[Path, typer.Option(help="Tệp .xlsx sẽ ghi")]
OptionalOut = Annotated[Path | None, typer.Option(help="Tệp .xlsx sẽ ghi; bỏ trống là chỉ in ra màn hình")]
Filled = Annotated[Path, typer.Argument(help="Bảng đã điền, .xlsx hoặc .csv")]


def refuse_mistakes(file: Path, mistakes: Sequence[Mistake]) -> None:
    """Name everything that is wrong in a filled sheet; one mistake keeps the whole sheet out."""
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    if mistakes:
        raise Refused(f"{file.name}: {len(mistakes)} ô sai (nêu ở trên), chưa ghi gì")


def write_xlsx(out: Path, write: Callable[[Path], None]) -> None:
    """Write a workbook whole, or not at all."""
    if out.suffix.lower() != ".xlsx":
        raise Refused(f"tệp {out.name} cần đuôi .xlsx")
    with written(out) as path:
        write(path)
