"""The paper form of a round: a survey printed in full on A5 pages, two on a sheet of A4, each with its slip's code."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from surveys.printing.canvas import A4_MM, BLACK, BRAND, QUIET, Paper, code_side, document
from surveys.printing.heading import Heading
from surveys.printing.letters import Weight, fitted, line_height, width_of, wrapped
from surveys.printing.numbering import OCCASIONS, asked_when, numbered, plain_address
from surveys.questionnaire import Question, Questionnaire, words_in
from surveys.slips import Slip, shown

SHEET_MM = (A4_MM[1], A4_MM[0])
HALF_MM = SHEET_MM[0] / 2
MARGIN, TOP, BOTTOM = 10.0, 8.0, 200.0
WIDTH = HALF_MM - 2 * MARGIN
CODE_MM = 23.0
# Millimetres below TOP: the middle of the line of numbers, and the top of the instruction under that line.
NUMBERS, HEADER = CODE_MM + 6.0, CODE_MM + 8.8
BODY, SMALL = 10.0, 8.5
BOX = 4.6
# The remarks stand in the foot, between the slip's number and the page number.
FOOT, REMARK, REMARK_LEFT, REMARK_WIDTH = 203.0, 7.0, 41.0, 66.0
LANGUAGE = "vi"
INSTRUCTION = (
    "Xin đánh dấu X vào ô được chọn; câu có dấu * cần trả lời. Cũng có thể quét mã để trả lời bằng điện thoại, hoặc mở "
    "{address}/s rồi nhập mã. Mỗi phiếu dùng một lần."
)
THANKS = "Xin trân trọng cảm ơn Ông/Bà!"


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a form that is never split between pages: its height, and a function to draw it from its top left."""

    height: float
    draw: Callable[[Paper, float, float], None]


def write_pdf(heading: Heading, form: Questionnaire, slips: Sequence[Slip], path: Path) -> None:
    """Write a form for each slip, in their order.

    Forms of one page are printed two on a sheet, to be cut apart; each longer form begins a new sheet, to be folded.
    """
    header = header_of(heading, form)
    pages = paged(blocks_of(form), header.height)
    dashes = (1.0, 0.8) if len(pages) == 1 else (0.2, 2.0)
    title = f"{words_in(form.title, LANGUAGE)} – {heading.round_name} – {heading.unit}"
    with document(path, title, SHEET_MM) as paper:
        sides = [(slip, number) for slip in slips for number in range(len(pages) + (len(pages) > 1 and len(pages) % 2))]
        for start in range(0, len(sides), 2):
            paper.rule((HALF_MM, 0), (HALF_MM, SHEET_MM[1]), dashes=dashes)
            for place, (slip, number) in enumerate(sides[start : start + 2]):
                if number >= len(pages):
                    continue
                # The questions of a page are the same for all slips.
                side = joined([*([header] if number == 0 else []), *pages[number]])
                paper.stamp(f"page{number}", place * HALF_MM, partial(side.draw, paper, MARGIN, TOP))
                left = place * HALF_MM + MARGIN
                if number == 0:
                    draw_slip(paper, left, heading, slip)
                draw_foot(paper, left, heading, slip, f"Trang {number + 1}/{len(pages)}")
            paper.turn()


def paged(blocks: Sequence[Block], first: float) -> list[list[Block]]:
    """Divide blocks into pages; the first page has `first` millimetres less room."""
    pages: list[list[Block]] = [[]]
    height = TOP + first
    for block in blocks:
        if pages[-1] and height + block.height > BOTTOM:
            pages.append([])
            height = TOP
        pages[-1].append(block)
        height += block.height
    return pages


def draw_foot(paper: Paper, left: float, heading: Heading, slip: Slip, page: str) -> None:
    """Draw the foot of a page: the slip's number and code, the remarks, the page number."""
    paper.write(left, FOOT, f"Phiếu {numbered(slip.serial)}  ·  {shown(slip.code)}", SMALL, color=QUIET)
    paper.write(left + WIDTH, FOOT, page, SMALL, color=QUIET, across="right")
    top = FOOT - len(heading.remarks) * line_height(REMARK) / 2
    for place, remark in enumerate(heading.remarks):
        lines, size = fitted(remark, REMARK_WIDTH, 1, REMARK, "bold", least=5)
        line = top + place * line_height(REMARK)
        paper.write_lines(left + REMARK_LEFT, line, lines, size, weight="bold", color=BRAND)


def header_of(heading: Heading, form: Questionnaire) -> Block:
    """Return the header that all slips of a round share: unit, round, title, how to fill in."""
    # The quiet zone of the code stands outside of its 23 mm.
    width = WIDTH - CODE_MM - 8
    unit, unit_size = fitted(heading.unit, width, 2.5, 10.5, "bold")
    name, name_size = fitted(heading.round_name, width, 1.4, 9)
    title, title_size = fitted(words_in(form.title, LANGUAGE), width, 1.2, 15, "bold", least=8)
    said = INSTRUCTION.format(address=plain_address(heading.address))
    how, how_size = fitted(said, WIDTH, 2.4 if len(said) < 250 else 3, SMALL)

    def draw(paper: Paper, left: float, top: float) -> None:
        below = paper.write_lines(left, top, unit, unit_size, weight="bold", color=BRAND)
        below = paper.write_lines(left, below, name, name_size, color=QUIET)
        paper.write_lines(left, max(below, top + 11), title, title_size, weight="bold")
        paper.write_lines(left, top + HEADER, how, how_size)

    return Block(HEADER + len(how) * line_height(how_size) + 1.5, draw)


def draw_slip(paper: Paper, left: float, heading: Heading, slip: Slip) -> None:
    """Draw what differs from slip to slip: the code to scan and to type, the number, the occasion."""
    target = f"{heading.address}/s/{slip.code}"
    side = code_side(target, CODE_MM, robust=False)
    edge = (side - CODE_MM) / 2
    paper.code(target, left + WIDTH - CODE_MM - edge, TOP - edge, side, robust=False)
    line = TOP + NUMBERS
    paper.write(left, line, f"Số {numbered(slip.serial)}", 13, weight="bold")
    if slip.occasion:
        paper.write(left + 30, line, OCCASIONS[slip.occasion], 9, weight="bold")
    paper.write(left + WIDTH, line, shown(slip.code), 12, weight="code", across="right")


def blocks_of(form: Questionnaire) -> list[Block]:
    """Return everything below the header of a form, in the order of the page."""
    blocks = [_paragraph(words_in(form.notice, LANGUAGE), SMALL, QUIET)]
    scales = [question for question in form.questions.values() if question.kind == "scale"]
    if scales:
        blocks.append(_legend(scales[0]))
    number = 0
    for page in form.pages:
        heading = [_paragraph(words_in(page.title, LANGUAGE), 10.5, BRAND, "bold", gap=1.5)] if page.title else []
        for question in page.questions:
            number += 1
            asked = _question(form, question, number)
            blocks += [joined([*heading, *asked[:2]]), *asked[2:]]
            heading = []
    return [*blocks, _paragraph(THANKS, BODY, BRAND, "bold")]


def _paragraph(text: str, size: float, colour: str, weight: Weight = "normal", gap: float = 2.0) -> Block:
    lines = wrapped(text, WIDTH, size, weight)

    def draw(paper: Paper, left: float, top: float) -> None:
        paper.write_lines(left, top, lines, size, weight=weight, color=colour)

    return Block(len(lines) * line_height(size) + gap, draw)


def joined(blocks: Sequence[Block]) -> Block:
    """Join blocks below each other into one."""

    def draw(paper: Paper, left: float, top: float) -> None:
        for block in blocks:
            block.draw(paper, left, top)
            top += block.height

    return Block(sum(block.height for block in blocks), draw)


def _legend(scale: Question) -> Block:
    """Return a block that says once for all questions what the digits mean."""
    # A level stays on one line.
    levels = [f"{option.value} {words_in(option.label, LANGUAGE)}".replace(" ", "\u00a0") for option in scale.options]
    lines, size = fitted(" · ".join(levels), WIDTH - 3, 2, SMALL, "bold")
    height = len(lines) * line_height(size) + 2

    def draw(paper: Paper, left: float, top: float) -> None:
        paper.frame(left, top, WIDTH, height)
        paper.write_lines(left + 1.5, top + 1, lines, size, weight="bold")

    return Block(height + 2.5, draw)


def _question(form: Questionnaire, question: Question, number: int) -> list[Block]:
    """Return the text of a question, then the rows for its answer."""
    remarks = []
    if when := asked_when(form, question.id):
        remarks.append(f"nếu {when}")
    if question.kind == "multiple":
        some = question.limit < len(question.options)
        remarks.append(f"chọn nhiều nhất {question.limit}" if some else "chọn một hoặc nhiều")
    said = f"{number}. {words_in(question.text, LANGUAGE)}{' *' if question.required else ''}"
    said += f" ({'; '.join(remarks)})" if remarks else ""
    text = _paragraph(said, BODY, BLACK, gap=0.8)
    if question.kind == "scale":
        return [text, _levels(question)]
    if question.kind == "text":
        return [text, _lines(1 if question.limit <= 200 else 2)]
    return [text, *_options(question)]


def _levels(question: Question) -> Block:
    """Five boxes with digit and word."""
    cell = WIDTH / len(question.options)
    words = [wrapped(words_in(option.label, LANGUAGE), cell - BOX - 7, 7.5) for option in question.options]
    height = max(7.0, max(map(len, words)) * line_height(7.5)) + 2

    def draw(paper: Paper, left: float, top: float) -> None:
        middle = top + (height - 2) / 2
        for place, option in enumerate(question.options):
            at = left + place * cell
            paper.frame(at, middle - BOX / 2, BOX, BOX)
            paper.write(at + BOX + 1, middle, option.value, 11, weight="bold")
            start = middle - len(words[place]) * line_height(7.5) / 2
            paper.write_lines(at + BOX + 4.5, start, words[place], 7.5)

    return Block(height, draw)


def _options(question: Question) -> list[Block]:
    """Boxes with number and label, in two columns if they are short."""
    labels = [f"{n} {words_in(option.label, LANGUAGE)}" for n, option in enumerate(question.options, 1)]
    room = WIDTH / 2 - BOX - 4
    across = 2 if all(width_of(label, BODY - 1) <= room for label in labels) else 1
    cell = WIDTH / across
    rows = [labels[start : start + across] for start in range(0, len(labels), across)]
    return [_option_row(row, cell, 2.5 if row is rows[-1] else 0) for row in rows]


def _option_row(labels: Sequence[str], cell: float, gap: float) -> Block:
    wraps = [wrapped(label, cell - BOX - 4, BODY - 1) for label in labels]
    height = max(6.2, max(map(len, wraps)) * line_height(BODY - 1) + 1.5)

    def draw(paper: Paper, left: float, top: float) -> None:
        for place, lines in enumerate(wraps):
            at = left + place * cell
            paper.frame(at, top + (height - BOX) / 2, BOX, BOX)
            start = top + (height - len(lines) * line_height(BODY - 1)) / 2
            paper.write_lines(at + BOX + 1.5, start, lines, BODY - 1)

    return Block(height + gap, draw)


def _lines(count: int) -> Block:
    def draw(paper: Paper, left: float, top: float) -> None:
        for number in range(1, count + 1):
            down = top + number * 8
            paper.rule((left, down), (left + WIDTH, down), dashes=(0.2, 0.8))

    return Block(count * 8 + 2.5, draw)
