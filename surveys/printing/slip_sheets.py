"""Sheets of one-time slips: A4, ten on a page, to be cut along the dashed lines."""

from collections.abc import Sequence
from pathlib import Path

from surveys.printing.canvas import A4_MM, BRAND, QUIET, Paper, code_side, document
from surveys.printing.heading import Heading
from surveys.printing.letters import fitted, line_height
from surveys.printing.numbering import OCCASIONS, numbered, plain_address
from surveys.slips import Slip, shown

ACROSS, DOWN = 2, 5
PER_PAGE = ACROSS * DOWN
WIDTH, HEIGHT = A4_MM[0] / ACROSS, A4_MM[1] / DOWN
CODE_MM = 24.0
MARGIN = 6.0
INNER = WIDTH - 2 * MARGIN
CODE_SIZE, REMARK = 20.0, 5.6
# Heights inside a slip: its heading, the code's own squares, what is beside it, the remarks.
TOP, CODE_TOP, BESIDE, FOOT = 4.0, 20.5, 33.0, 53.0
INSTRUCTION = "Quét mã hoặc nhắn mã này cho trợ lý, hoặc mở {address}/s rồi nhập mã. Mỗi phiếu dùng một lần."


def write_pdf(heading: Heading, slips: Sequence[Slip], path: Path) -> None:
    """Write the slips of a round, in their order; the heading's address is where citizens reach the pages."""
    with document(path, f"{heading.round_name} – {heading.unit}", A4_MM) as paper:
        for start in range(0, len(slips), PER_PAGE):
            draw_page(paper, heading, slips[start : start + PER_PAGE])
            paper.turn()


def draw_page(paper: Paper, heading: Heading, slips: Sequence[Slip]) -> None:
    """Draw up to ten slips and the lines to cut along."""
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
    lines, size = fitted(heading.round_name, INNER, 1.4, 9)
    round_room = len(lines) * line_height(size)
    unit_lines, unit_size = fitted(heading.unit, INNER, (room - round_room) / line_height(10.5), 10.5, "bold")
    below = paper.write_lines(left, top + TOP, unit_lines, unit_size, weight="bold", color=BRAND)
    paper.write_lines(left, below, lines, size, color=QUIET)

    under = top + CODE_TOP + CODE_MM + edge
    number = f"Số {numbered(slip.serial)}"
    paper.write(left + 1 + CODE_MM / 2, (under + top + FOOT) / 2, number, 13, weight="bold", across="center")
    _draw_beside(paper, left + CODE_MM + 6, top, heading, slip)
    for place, remark in enumerate(heading.remarks):
        lines, size = fitted(remark, INNER, 1, REMARK, "bold", least=5)
        line = top + FOOT + place * line_height(REMARK)
        paper.write_lines(left, line, lines, size, weight="bold", color=BRAND)


def _draw_beside(paper: Paper, column: float, top: float, heading: Heading, slip: Slip) -> None:
    room = top + FOOT - (top + BESIDE)
    width = INNER - CODE_MM - 6
    paper.write(column, top + CODE_TOP + 1, "Mã phiếu", 8.5, color=QUIET)
    paper.write(column, top + CODE_TOP + 7, shown(slip.code), CODE_SIZE, weight="code")
    below = line_height(9) + 0.8 if slip.occasion else 0
    said = INSTRUCTION.format(address=plain_address(heading.address))
    lines, size = fitted(said, width, (room - below) / line_height(9), 9, least=5)
    end = paper.write_lines(column, top + BESIDE, lines, size)
    if slip.occasion:
        lines, size = fitted(OCCASIONS[slip.occasion], width, 1, 9, "bold")
        paper.write_lines(column, end + 0.8, lines, size, weight="bold")
