"""The A4 poster of a unit's published results: one large rate, how it was found, reasons of bad marks, a code."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from surveys.printing.canvas import A4_MM, BRAND, INK, QUIET, WHITE, Paper, code_side, document
from surveys.printing.letters import Weight, fitted, line_height

TITLE = "Ông/Bà nói, chúng tôi làm"
SATISFIED = "hài lòng hoặc rất hài lòng"
SENTENCE = ("Xem đầy đủ, xem các kỳ trước:", "quét mã này.")
LEFT, WIDTH = 16.0, 178.0
CODE_MM, FOOT = 40.0, 236.0
BAR, TRACK = "#073a6b", "#ece6dc"
BAR_MM = 3.2


@dataclass(frozen=True, slots=True)
class Bar:
    """A reason, its number in words, and the length of its bar in percent of the whole."""

    name: str
    figure: str
    width: float


@dataclass(frozen=True, slots=True)
class Results:
    """The texts of the poster as they are printed; `remarks` say what the paper is not fit for."""

    unit: str
    period: str
    rate: str
    facts: Sequence[str]
    reasons_title: str
    reasons: Sequence[Bar]
    address: str
    remarks: Sequence[str] = ()


def write_pdf(results: Results, path: Path) -> None:
    """Write the poster as a one-page A4 PDF."""
    with document(path, f"{TITLE} – {results.unit}", A4_MM) as paper:
        draw(paper, results)
        paper.turn()


def draw(paper: Paper, results: Results) -> None:
    """Draw the poster; each text shrinks to fit the room that it has."""
    paper.fill(0, 0, A4_MM[0], 44, BRAND)
    _fit(paper, TITLE.upper(), (6, 17), 26, "bold", WHITE)
    _fit(paper, results.unit, (25, 14), 18, "normal", WHITE)
    _fit(paper, results.period, (49, 11), 17, "bold")
    for number, remark in enumerate(results.remarks):
        _fit(paper, remark, (61 + number * 6, 6), 12, "bold", BRAND)
    _fit(paper, results.rate, (74, 34), 84, "bold")
    _fit(paper, SATISFIED, (109, 10), 20)
    below = 122.0
    for fact in results.facts:
        below = _fit(paper, fact, (below, 13), 13.5, color=QUIET, full=False) + 0.6
    if results.reasons:
        _draw_reasons(paper, results, below + 4)
    _draw_foot(paper, results.address)


def _draw_reasons(paper: Paper, results: Results, top: float) -> None:
    lines, size = fitted(results.reasons_title, WIDTH, 2, 15, "bold")
    top = paper.write_lines(LEFT, top, lines, size, weight="bold") + 1.5
    step = min(14.0, (FOOT - 4 - top) / len(results.reasons))
    for place, reason in enumerate(results.reasons):
        line = top + place * step
        figure, figure_size = fitted(reason.figure, WIDTH * 0.4, 1, 13, "bold")
        name, name_size = fitted(reason.name, WIDTH * 0.58, 1, 14)
        paper.write_lines(LEFT, line, name, name_size)
        paper.write_lines(LEFT + WIDTH, line, figure, figure_size, weight="bold", across="right")
        bar = line + line_height(14) + 0.5
        paper.fill(LEFT, bar, WIDTH, BAR_MM, TRACK)
        paper.fill(LEFT, bar, WIDTH * reason.width / 100, BAR_MM, BAR)


def _draw_foot(paper: Paper, address: str) -> None:
    side = code_side(address, CODE_MM)
    edge = (side - CODE_MM) / 2
    paper.code(address, LEFT - edge, FOOT, side)
    column = LEFT + CODE_MM + edge + 4
    below = paper.write_lines(column, FOOT + 8, SENTENCE, 18)
    lines, size = fitted(address, LEFT + WIDTH - column, 3, 13, least=5)
    paper.write_lines(column, below + 2, lines, size)


def _fit(
    paper: Paper,
    text: str,
    room: tuple[float, float],
    size: float,
    weight: Weight = "normal",
    color: str = INK,
    *,
    full: bool = True,
) -> float:
    """Write a text in the middle of a room (top and height), or at its top; returns the height below it."""
    top, height = room
    lines, size = fitted(text, WIDTH, height / line_height(size), size, weight)
    if full:
        top += (height - len(lines) * line_height(size)) / 2
    return paper.write_lines(A4_MM[0] / 2, top, lines, size, weight=weight, color=color, across="center")
