"""The A4 poster for a counter: unit, counter, one sentence, a code that a phone reads from afar."""

from collections.abc import Sequence
from pathlib import Path

from surveys.printing.canvas import A4_MM, BRAND, INK, WHITE, Paper, document
from surveys.printing.letters import Weight, fitted, line_height

CODE_MM = 112.0
WIDTH = 186.0
SENTENCE = ("Mở máy ảnh hoặc Zalo trên điện thoại,", "quét mã này.")
HEADLINE = ("Ông/Bà thấy việc phục vụ", "hôm nay thế nào?")
FOOTER = "Chỉ mất mười giây. Phiếu không hỏi tên, số điện thoại hay số căn cước."
FACES = (("#b3261e", -0.9), ("#c4620a", -0.45), ("#7a6a00", 0.0), ("#2f7d32", 0.45), ("#0b6b3a", 0.9))
STEPS = 20


def write_pdf(address: str, unit: str, counter: str, path: Path, remarks: Sequence[str] = (), also: str = "") -> None:
    """Write the poster as a one-page A4 PDF; `remarks` say what it is not fit for, `also` names another way in."""
    with document(path, f"{counter} – {unit}", A4_MM) as paper:
        draw(paper, address, unit, counter, remarks, also)
        paper.turn()


def draw(paper: Paper, address: str, unit: str, counter: str, remarks: Sequence[str], also: str = "") -> None:
    """Draw the poster; each text shrinks to fit the room that it has."""
    paper.fill(0, 0, A4_MM[0], 40, BRAND)
    _fit(paper, unit.upper(), (5, 20), 22, "bold", WHITE)
    _fit(paper, counter, (26, 11), 17, "normal", WHITE)
    paper.write_lines(A4_MM[0] / 2, 49, HEADLINE, 29, weight="bold", across="center")
    for number, remark in enumerate(remarks):
        _fit(paper, remark, (76 + number * 6, 6), 13, "bold", BRAND)
    _faces(paper, top=89)
    paper.code(address, (A4_MM[0] - CODE_MM) / 2, 116, CODE_MM)
    paper.write_lines(A4_MM[0] / 2, 232, SENTENCE, 21, across="center")
    _fit(paper, address, (253, 11 if also else 20), 13)
    if also:
        _fit(paper, also, (264, 9), 13)
    _fit(paper, FOOTER, (276, 8), 12)


def _fit(
    paper: Paper, text: str, room: tuple[float, float], size: float, weight: Weight = "normal", color: str = INK
) -> None:
    """Write a text into a room (top and height) as wide as the poster, in its middle."""
    top, height = room
    lines, size = fitted(text, WIDTH, height / line_height(size), size, weight)
    top += (height - len(lines) * line_height(size)) / 2
    paper.write_lines(A4_MM[0] / 2, top, lines, size, weight=weight, color=color, across="center")


def _faces(paper: Paper, top: float) -> None:
    for position, (colour, smile) in enumerate(FACES):
        x, y = A4_MM[0] / 2 + (position - 2) * 30, top + 10
        paper.disc(x, y, 10.5, colour)
        paper.disc(x, y, 9.5, WHITE)
        for eye in (-3.6, 3.6):
            paper.disc(x + eye, y - 2.8, 1.3, colour)
        across = [10 * step / STEPS - 5 for step in range(STEPS + 1)]
        mouth = [(x + at, y + 4.2 + smile * 3.2 * (1 - (at / 5) ** 2) - smile * 1.6) for at in across]
        paper.curve(mouth, colour, 0.0 if smile > 0.8 else 1.05)
