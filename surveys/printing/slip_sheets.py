"""Sheets of one-time slips: A4, eight on a page, to be cut along the dashed lines; large enough for old eyes."""

from collections.abc import Sequence
from pathlib import Path

from surveys.printing.canvas import A4_MM, BRAND, QUIET, Paper, code_side, document
from surveys.printing.heading import Heading
from surveys.printing.letters import fitted, line_height
from surveys.printing.numbering import OCCASIONS, numbered, plain_address
from surveys.slips import Slip, shown

ACROSS, DOWN = 2, 4
PER_PAGE = ACROSS * DOWN
WIDTH, HEIGHT = A4_MM[0] / ACROSS, A4_MM[1] / DOWN
CODE_MM = 30.0
MARGIN = 6.0
INNER = WIDTH - 2 * MARGIN
CODE_SIZE, TEXT, REMARK = 20.0, 12.0, 6.8
# Heights inside a slip: its heading, the squares of its code, the instruction, the address, the remarks.
TOP, CODE_TOP, INSTRUCTION_TOP, ADDRESS, FOOT = 3.2, 20.6, 33.1, 60.1, 66.8
INSTRUCTION = "Quét mã, hoặc nhắn mã phiếu cho trợ lý, hoặc mở trang dưới đây rồi nhập mã phiếu. Dùng một lần."


def write_pdf(heading: Heading, slips: Sequence[Slip], path: Path) -> None:
    """Write the slips of a round, in their order; the heading's address is where citizens reach the pages."""
    with document(path, f"{heading.round_name} – {heading.unit}", A4_MM) as paper:
        for start in range(0, len(slips), PER_PAGE):
            draw_page(paper, heading, slips[start : start + PER_PAGE])
            paper.turn()


def draw_page(paper: Paper, heading: Heading, slips: Sequence[Slip]) -> None:
    """Draw up to eight slips and the lines to cut along."""
    for column in range(1, ACROSS):
        paper.rule((column * WIDTH, 0), (column * WIDTH, A4_MM[1]), dashes=(1.0, 0.8))
    for row in range(1, DOWN):
        paper.rule((0, row * HEIGHT), (A4_MM[0], row * HEIGHT), dashes=(1.0, 0.8))
    for place, slip in enumerate(slips):
        _draw(paper, (place % ACROSS * WIDTH, place // ACROSS * HEIGHT), heading, slip)


def _draw(paper: Paper, corner: tuple[float, float], heading: Heading, slip: Slip) -> None:
    left, top = corner[0] + MARGIN, corner[1]
    target = f"{heading.address}/s/{slip.code}"
    side = code_side(target, CODE_MM, robust=False)
    edge = (side - CODE_MM) / 2
    paper.code(target, left - edge + 1, top + CODE_TOP - edge, side, robust=False)

    room = CODE_TOP - edge - TOP
    lines, size = fitted(heading.round_name, INNER, 1.2, 11)
    round_room = len(lines) * line_height(size)
    unit_lines, unit_size = fitted(heading.unit, INNER, (room - round_room) / line_height(12), 12, "bold")
    below = paper.write_lines(left, top + TOP, unit_lines, unit_size, weight="bold", color=BRAND)
    paper.write_lines(left, below, lines, size, color=QUIET)

    under = top + CODE_TOP + CODE_MM + edge
    number = f"Số {numbered(slip.serial)}"
    paper.write(left + 1 + CODE_MM / 2, (under + top + ADDRESS) / 2, number, 13, weight="bold", across="center")
    _draw_right_column(paper, left + CODE_MM + 6, top, slip)
    typed = f"{plain_address(heading.address)}/s"
    lines, size = fitted(typed, INNER, (FOOT - ADDRESS) / line_height(TEXT), TEXT, least=5)
    paper.write_lines(left, top + ADDRESS, lines, size)
    for place, remark in enumerate(heading.remarks):
        lines, size = fitted(remark, INNER, 1, REMARK, "bold", least=5)
        line = top + FOOT + place * line_height(REMARK)
        paper.write_lines(left, line, lines, size, weight="bold", color=BRAND)


def _draw_right_column(paper: Paper, column: float, top: float, slip: Slip) -> None:
    room = ADDRESS - INSTRUCTION_TOP
    width = INNER - CODE_MM - 6
    paper.write(column, top + CODE_TOP + 1, "Mã phiếu", 11, color=QUIET)
    paper.write(column, top + CODE_TOP + 7, shown(slip.code), CODE_SIZE, weight="code")
    below = line_height(TEXT) + 0.8 if slip.occasion else 0
    lines, size = fitted(INSTRUCTION, width, (room - below) / line_height(TEXT), TEXT, least=5)
    end = paper.write_lines(column, top + INSTRUCTION_TOP, lines, size)
    if slip.occasion:
        lines, size = fitted(OCCASIONS[slip.occasion], width, 1, TEXT, "bold")
        paper.write_lines(column, end + 0.8, lines, size, weight="bold")
