"""The paper form of a round: a survey printed in full on A5 pages, two on a sheet of A4, each with its slip's code."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from surveys.printing.canvas import (
    A4_MM,
    BRAND,
    QUIET,
    blank,
    document,
    draw_code,
    fitted,
    line_height,
    width_of,
    wrapped,
    write,
    write_lines,
)
from surveys.printing.numbering import OCCASIONS, asked_when, numbered, plain_address
from surveys.printing.qr import code
from surveys.questionnaire import Question, Questionnaire, words_in
from surveys.slips import Slip, shown

SHEET_MM = (A4_MM[1], A4_MM[0])
HALF_MM = SHEET_MM[0] / 2
MARGIN, TOP, BOTTOM = 10.0, 8.0, 200.0
WIDTH = HALF_MM - 2 * MARGIN
CODE_MM = 23.0
HEADER = CODE_MM + 14
BODY, SMALL = 10.0, 8.5
BOX = 4.6
LANGUAGE = "vi"
INSTRUCTION = (
    "Xin đánh dấu X vào ô được chọn; câu có dấu * cần trả lời. Cũng có thể quét mã để trả lời bằng điện thoại, hoặc mở "
    "{address}/s rồi nhập mã. Mỗi phiếu dùng một lần."
)
THANKS = "Xin trân trọng cảm ơn Ông/Bà!"


@dataclass(frozen=True, slots=True)
class Block:
    """Something that is not parted by the end of a page: its height, and how it is drawn from a left top corner."""

    height: float
    draw: Callable[[Any, float, float], None]


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above each form."""

    address: str
    unit: str
    round_name: str


def write_pdf(heading: Heading, form: Questionnaire, slips: Sequence[Slip], path: Path) -> None:
    """Write a form for each slip, in their order.

    Forms of one page stand two on a sheet, to be cut; longer ones begin on a sheet of their own, to be folded.
    """
    pages = paged(blocks_of(form), HEADER)
    with document(path, f"{words_in(form.title, LANGUAGE)} – {heading.round_name} – {heading.unit}") as pdf:
        sides = [(slip, number) for slip in slips for number in range(len(pages) + (len(pages) > 1 and len(pages) % 2))]
        for start in range(0, len(sides), 2):
            figure, axes = blank(*SHEET_MM)
            axes.plot(
                [HALF_MM] * 2, [0, SHEET_MM[1]], color=QUIET, lw=0.6, dashes=(5, 4) if len(pages) == 1 else (1, 9)
            )
            for place, (slip, number) in enumerate(sides[start : start + 2]):
                if number < len(pages):
                    _draw_page(axes, place * HALF_MM + MARGIN, heading, form, slip, pages, number)
            pdf.savefig(figure)


def paged(blocks: Sequence[Block], first: float) -> list[list[Block]]:
    """Part blocks into pages; the first page has so much less room."""
    pages: list[list[Block]] = [[]]
    height = TOP + first
    for block in blocks:
        if pages[-1] and height + block.height > BOTTOM:
            pages.append([])
            height = TOP
        pages[-1].append(block)
        height += block.height
    return pages


def _draw_page(
    axes: Any, left: float, heading: Heading, form: Questionnaire, slip: Slip, pages: list[list[Block]], number: int
) -> None:
    top = TOP
    if number == 0:
        _draw_header(axes, left, heading, form, slip)
        top += HEADER
    for block in pages[number]:
        block.draw(axes, left, top)
        top += block.height
    named = f"Phiếu {numbered(slip.serial)}  ·  {shown(slip.code)}"
    write(axes, left, 203, named, SMALL, color=QUIET)
    write(axes, left + WIDTH, 203, f"Trang {number + 1}/{len(pages)}", SMALL, color=QUIET, ha="right")


def _draw_header(axes: Any, left: float, heading: Heading, form: Questionnaire, slip: Slip) -> None:
    target = f"{heading.address}/s/{slip.code}"
    edge = CODE_MM / (len(code(target, robust=False).get_matrix()) - 8) * 4
    right = left + WIDTH - CODE_MM
    draw_code(axes, target, right - edge, TOP - edge, CODE_MM + 2 * edge, robust=False)
    beside = WIDTH - CODE_MM - 8
    lines, size = fitted(heading.unit, beside, 3, 10.5, "bold")
    below = write_lines(axes, left, TOP, lines, size, weight="bold", color=BRAND)
    lines, size = fitted(heading.round_name, beside, 2, 9)
    below = write_lines(axes, left, below, lines, size, color=QUIET)
    lines, size = fitted(words_in(form.title, LANGUAGE), beside, 2, 15, "bold")
    write_lines(axes, left, max(below, TOP + 11), lines, size, weight="bold")
    line = TOP + CODE_MM + 4
    write(axes, left, line, f"Số {numbered(slip.serial)}", 13, weight="bold")
    if slip.occasion:
        write(axes, left + 30, line, OCCASIONS[slip.occasion], 9, weight="bold")
    write(axes, left + WIDTH, line, shown(slip.code), 14, weight="bold", family="monospace", ha="right")
    lines, size = fitted(INSTRUCTION.format(address=plain_address(heading.address)), WIDTH, 2, SMALL)
    write_lines(axes, left, line + 3, lines, size)


def blocks_of(form: Questionnaire) -> list[Block]:
    """Everything below the header of a form, in the order of the page."""
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
            blocks += [_joined([*heading, *asked[:2]]), *asked[2:]]
            heading = []
    return [*blocks, _paragraph(THANKS, BODY, BRAND, "bold")]


def _paragraph(text: str, size: float, colour: str, weight: str = "normal", gap: float = 2.0) -> Block:
    lines = wrapped(text, WIDTH, size, weight)

    def draw(axes: Any, left: float, top: float) -> None:
        write_lines(axes, left, top, lines, size, weight=weight, color=colour)

    return Block(len(lines) * line_height(size) + gap, draw)


def _joined(blocks: Sequence[Block]) -> Block:
    def draw(axes: Any, left: float, top: float) -> None:
        for block in blocks:
            block.draw(axes, left, top)
            top += block.height

    return Block(sum(block.height for block in blocks), draw)


def _legend(scale: Question) -> Block:
    """What the digits mean, once for all questions."""
    # A level stays on one line.
    levels = [f"{option.value} {words_in(option.label, LANGUAGE)}".replace(" ", "\u00a0") for option in scale.options]
    lines, size = fitted(" · ".join(levels), WIDTH - 3, 2, SMALL, "bold")
    height = len(lines) * line_height(size) + 2

    def draw(axes: Any, left: float, top: float) -> None:
        _box(axes, left, top, WIDTH, height)
        write_lines(axes, left + 1.5, top + 1, lines, size, weight="bold")

    return Block(height + 2.5, draw)


def _question(form: Questionnaire, question: Question, number: int) -> list[Block]:
    """The text of a question, then the rows that its answer is written in."""
    remarks = []
    if when := asked_when(form, question.id):
        remarks.append(f"nếu {when}")
    if question.kind == "multiple":
        some = question.limit < len(question.options)
        remarks.append(f"chọn nhiều nhất {question.limit}" if some else "chọn một hoặc nhiều")
    said = f"{number}. {words_in(question.text, LANGUAGE)}{' *' if question.required else ''}"
    said += f" ({'; '.join(remarks)})" if remarks else ""
    text = _paragraph(said, BODY, "black", gap=0.8)
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

    def draw(axes: Any, left: float, top: float) -> None:
        middle = top + (height - 2) / 2
        for place, option in enumerate(question.options):
            at = left + place * cell
            _box(axes, at, middle - BOX / 2, BOX, BOX)
            write(axes, at + BOX + 1, middle, option.value, 11, weight="bold")
            start = middle - len(words[place]) * line_height(7.5) / 2
            write_lines(axes, at + BOX + 4.5, start, words[place], 7.5)

    return Block(height, draw)


def _options(question: Question) -> list[Block]:
    """Boxes with number and label, in two columns where they are short."""
    labels = [f"{n} {words_in(option.label, LANGUAGE)}" for n, option in enumerate(question.options, 1)]
    room = WIDTH / 2 - BOX - 4
    across = 2 if all(width_of(label, BODY - 1) <= room for label in labels) else 1
    cell = WIDTH / across
    rows = [labels[start : start + across] for start in range(0, len(labels), across)]
    return [_option_row(row, cell, 2.5 if row is rows[-1] else 0) for row in rows]


def _option_row(labels: Sequence[str], cell: float, gap: float) -> Block:
    wraps = [wrapped(label, cell - BOX - 4, BODY - 1) for label in labels]
    height = max(6.2, max(map(len, wraps)) * line_height(BODY - 1) + 1.5)

    def draw(axes: Any, left: float, top: float) -> None:
        for place, lines in enumerate(wraps):
            at = left + place * cell
            _box(axes, at, top + (height - BOX) / 2, BOX, BOX)
            start = top + (height - len(lines) * line_height(BODY - 1)) / 2
            write_lines(axes, at + BOX + 1.5, start, lines, BODY - 1)

    return Block(height + gap, draw)


def _lines(count: int) -> Block:
    def draw(axes: Any, left: float, top: float) -> None:
        for number in range(1, count + 1):
            axes.plot([left, left + WIDTH], [top + number * 8] * 2, color=QUIET, lw=0.5, dashes=(1, 2))

    return Block(count * 8 + 2.5, draw)


def _box(axes: Any, left: float, top: float, width: float, height: float) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((left, top), width, height, fill=False, edgecolor="black", lw=0.8))
