"""Sheets of one-time slips: A4, ten on a page, to be cut along the dashed lines."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from surveys.printing.canvas import A4_MM, BRAND, INK, QUIET, blank, document, draw_code, fitted, write, write_lines
from surveys.printing.numbering import OCCASIONS, numbered, plain_address
from surveys.printing.qr import code
from surveys.slips import Slip, shown

ACROSS, DOWN = 2, 5
PER_PAGE = ACROSS * DOWN
CODE_MM = 24.0
MARGIN = 6.0
CODE_SIZE = 20.0
INSTRUCTION = "Quét mã hoặc nhắn mã này cho trợ lý, hoặc mở {address}/s rồi nhập mã. Mỗi phiếu dùng một lần."


def write_pdf(address: str, unit: str, round_name: str, slips: Sequence[Slip], path: Path) -> None:
    """Write the slips of a round, in their order; `address` is where citizens reach the pages."""
    width, height = A4_MM[0] / ACROSS, A4_MM[1] / DOWN
    with document(path, f"{round_name} – {unit}") as pages:
        for start in range(0, len(slips), PER_PAGE):
            figure, axes = blank(*A4_MM)
            _cut_lines(axes, width, height)
            for place, slip in enumerate(slips[start : start + PER_PAGE]):
                corner = (place % ACROSS * width, place // ACROSS * height)
                _draw(axes, corner, width, address, unit, round_name, slip)
            pages.savefig(figure)


def _cut_lines(axes: Any, width: float, height: float) -> None:
    look = {"color": QUIET, "lw": 0.6, "dashes": (5, 4)}
    for column in range(1, ACROSS):
        axes.plot([column * width] * 2, [0, A4_MM[1]], **look)
    for row in range(1, DOWN):
        axes.plot([0, A4_MM[0]], [row * height] * 2, **look)


def _draw(
    axes: Any, corner: tuple[float, float], width: float, address: str, unit: str, round_name: str, slip: Slip
) -> None:
    left, top = corner[0] + MARGIN, corner[1] + MARGIN - 1
    inner = width - 2 * MARGIN
    lines, size = fitted(unit, inner, 2, 10.5, "bold")
    below = write_lines(axes, left, top, lines, size, weight="bold", color=BRAND)
    lines, size = fitted(round_name, inner, 1, 9)
    write_lines(axes, left, below, lines, size, color=QUIET)

    middle = corner[1] + 20.5
    target = f"{address}/s/{slip.code}"
    modules = len(code(target, robust=False).get_matrix())
    edge = CODE_MM / (modules - 8) * 4
    draw_code(axes, target, left - edge + 1, middle - edge, CODE_MM + 2 * edge, robust=False)
    write(
        axes,
        left + 1 + CODE_MM / 2,
        middle + CODE_MM + 6.5,
        f"Số {numbered(slip.serial)}",
        13,
        ha="center",
        weight="bold",
    )

    column = left + CODE_MM + 6
    room = corner[0] + width - MARGIN - column
    write(axes, column, middle + 1, "Mã phiếu", 8.5, color=QUIET)
    write(axes, column, middle + 7, shown(slip.code), CODE_SIZE, weight="bold", family="monospace")
    lines, size = fitted(INSTRUCTION.format(address=plain_address(address)), room, 5, 9)
    below = write_lines(axes, column, middle + 12.5, lines, size, color=INK)
    if slip.occasion:
        lines, size = fitted(OCCASIONS[slip.occasion], room, 1, 9, "bold")
        write_lines(axes, column, below + 1.2, lines, size, weight="bold")
