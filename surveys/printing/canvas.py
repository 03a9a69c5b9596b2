"""Drawing on paper: pages in millimetres from the top left corner, text, lines, codes."""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from surveys.printing.letters import POINT_MM, Weight, face, line_height, printable, width_of
from surveys.printing.qr import code, modules

A4_MM = (210.0, 297.0)
INK = "#1d1a17"
QUIET = "#57504a"
BRAND = "#8f1d21"
WHITE = "#ffffff"
BLACK = "#000000"
# Half the height of capitals, as a fraction of the type size.
_MIDDLE = 0.365
Side = Literal["left", "center", "right"]
Point = tuple[float, float]


class Paper:
    """A PDF that is being drawn, page by page."""

    def __init__(self, canvas: Any, height: float) -> None:
        self._canvas = canvas
        self._height = height

    def turn(self) -> None:
        """End this page; what is drawn next goes on a new one."""
        self._canvas.showPage()

    def write(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        weight: Weight = "normal",
        color: str = INK,
        across: Side = "left",
    ) -> None:
        """Write one line at x, with the middle of its capitals at y."""
        if across != "left":
            x -= width_of(text, size, weight) / (2 if across == "center" else 1)
        self._canvas.setFont(face(weight), size)
        self._canvas.setFillColor(color)
        self._canvas.drawString(*self._at(x, y + _MIDDLE * size * POINT_MM), printable(text, weight))

    def write_lines(
        self,
        x: float,
        top: float,
        lines: Sequence[str],
        size: float,
        *,
        weight: Weight = "normal",
        color: str = INK,
        across: Side = "left",
    ) -> float:
        """Write lines below each other, the first one at `top`; returns the height below them."""
        step = line_height(size)
        for number, line in enumerate(lines):
            self.write(x, top + (number + 0.5) * step, line, size, weight=weight, color=color, across=across)
        return top + len(lines) * step

    def rule(self, start: Point, end: Point, *, dashes: Point, width: float = 0.2, color: str = QUIET) -> None:
        """Draw a dashed line; its width and dashes are in millimetres."""
        self._pen(color, width)
        self._canvas.setDash(*(dash / POINT_MM for dash in dashes))
        self._canvas.line(*self._at(*start), *self._at(*end))
        self._canvas.setDash()

    def frame(self, left: float, top: float, width: float, height: float, *, color: str = BLACK) -> None:
        """Draw the edge of a rectangle."""
        self._pen(color, 0.28)
        self._canvas.rect(*self._at(left, top + height), width / POINT_MM, height / POINT_MM)

    def fill(self, left: float, top: float, width: float, height: float, color: str) -> None:
        """Fill a rectangle."""
        self._canvas.setFillColor(color)
        self._canvas.rect(*self._at(left, top + height), width / POINT_MM, height / POINT_MM, stroke=0, fill=1)

    def disc(self, x: float, y: float, radius: float, color: str) -> None:
        """Fill a circle."""
        self._canvas.setFillColor(color)
        self._canvas.circle(*self._at(x, y), radius / POINT_MM, stroke=0, fill=1)

    def curve(self, points: Sequence[Point], color: str, width: float) -> None:
        """Draw a line with round ends through points; if `width` is 0, fill the area instead."""
        path = self._canvas.beginPath()
        path.moveTo(*self._at(*points[0]))
        for point in points[1:]:
            path.lineTo(*self._at(*point))
        self._pen(color, width)
        self._canvas.setFillColor(color)
        self._canvas.drawPath(path, stroke=int(width > 0), fill=int(width == 0))

    def stamp(self, name: str, left: float, draw: Callable[[], None]) -> None:
        """Show a drawing `left` millimetres from the left edge; each `name` is drawn and stored in the file once."""
        if not self._canvas.hasForm(name):
            self._canvas.beginForm(name)
            draw()
            self._canvas.endForm()
        self._canvas.saveState()
        self._canvas.translate(left / POINT_MM, 0)
        self._canvas.doForm(name)
        self._canvas.restoreState()

    def code(self, address: str, left: float, top: float, side: float, *, robust: bool = True) -> None:
        """Draw the QR code of an address in a white square of `side` millimetres, its quiet zone included."""
        matrix = code(address, robust=robust).get_matrix()
        self.fill(left, top, side, side, WHITE)
        self._canvas.saveState()
        self._canvas.translate(*self._at(left, top))
        module = side / len(matrix) / POINT_MM
        self._canvas.scale(module, -module)
        # One path: printers leave thin gaps between squares that are drawn one by one.
        path = self._canvas.beginPath()
        for row, line in enumerate(matrix):
            for start, length in _runs(line):
                path.rect(start, row, length, 1)
        self._canvas.setFillColor(BLACK)
        self._canvas.drawPath(path, stroke=0, fill=1)
        self._canvas.restoreState()

    def _pen(self, color: str, width: float) -> None:
        self._canvas.setStrokeColor(color)
        self._canvas.setLineWidth(width / POINT_MM)
        self._canvas.setLineCap(1)

    def _at(self, x: float, y: float) -> Point:
        """Return a place in the PDF's own points from the bottom left corner."""
        return x / POINT_MM, (self._height - y) / POINT_MM


@contextmanager
def document(path: Path, title: str, size: Point) -> Iterator[Paper]:
    """Open a PDF with pages of one size and write it at the end; the same content gives the same file."""
    # The library takes 80 ms and 15 MB, and only printing needs it.
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    width, height = size
    canvas = Canvas(
        out,
        pagesize=(width / POINT_MM, height / POINT_MM),
        pageCompression=1,
        invariant=1,
        initialFontName=face("normal"),
    )
    canvas.setTitle(title)
    canvas.setAuthor("")
    canvas.setCreator("Một Cửa")
    yield Paper(canvas, height)
    canvas.save()
    path.write_bytes(out.getvalue())


def code_side(address: str, side: float, *, robust: bool = True) -> float:
    """Return the side of a code with its quiet zone; the code itself takes `side` millimetres."""
    count = modules(address, robust=robust)
    return side * (count + 8) / count


def _runs(line: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield the start and length of each run of dark modules."""
    start = None
    for column, dark in enumerate([*line, False]):
        if dark and start is None:
            start = column
        elif not dark and start is not None:
            yield start, column - start
            start = None
