"""Drawing on paper: pages in millimetres from the top left corner, measured text, codes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from surveys.printing.qr import code

A4_MM = (210.0, 297.0)
INK = "#1d1a17"
QUIET = "#57504a"
BRAND = "#8f1d21"
POINT_MM = 25.4 / 72
LINE_SPACING = 1.25
# A no-break space holds words together.
_WORD = re.compile(r"[^ \t\n]+")


@contextmanager
def document(path: Path, title: str) -> Iterator[Any]:
    """Open a PDF of several pages; the same content is written as the same file."""
    # matplotlib takes a second to import and only what is printed needs it.
    from matplotlib.backends.backend_pdf import PdfPages

    with PdfPages(path, metadata={"Title": title, "CreationDate": None}) as pages:
        yield pages


def blank(width: float, height: float) -> tuple[Any, Any]:
    """Return a page and its axes, whose units are millimetres from the top left corner."""
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / 25.4, height / 25.4))
    FigureCanvasPdf(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    axes.axis("off")
    return figure, axes


def write(axes: Any, x: float, y: float, text: str, size: float, **look: Any) -> None:
    """Write one line with its left end at x and its middle at y; `look` is matplotlib's."""
    look = {"color": INK, "ha": "left", "va": "center_baseline", **look}
    # A name may hold dollar signs, which matplotlib would take for a formula.
    axes.text(x, y, text, fontsize=size, parse_math=False, **look)


def write_lines(axes: Any, x: float, top: float, lines: list[str], size: float, **look: Any) -> float:
    """Write lines below each other from a height on; returns the height below them."""
    step = line_height(size)
    for number, line in enumerate(lines):
        write(axes, x, top + (number + 0.5) * step, line, size, **look)
    return top + len(lines) * step


def line_height(size: float) -> float:
    """The distance between lines in millimetres."""
    return size * POINT_MM * LINE_SPACING


@lru_cache(maxsize=4096)
def width_of(text: str, size: float, weight: str = "normal") -> float:
    """Measure a line in millimetres."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    width, _, _ = text_to_path.get_text_width_height_descent(text, FontProperties(size=size, weight=weight), False)
    return float(width) * POINT_MM


def wrapped(text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """Break a text into lines that are no wider than `width`; a word that is wider alone is broken too."""
    lines = [""]
    for word in _WORD.findall(text):
        joined = f"{lines[-1]} {word}".strip()
        if width_of(joined, size, weight) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if lines[-1] and width_of(lines[-1] + letter, size, weight) > width:
                lines.append("")
            lines[-1] += letter
    return lines


def fitted(text: str, width: float, most: int, size: float, weight: str = "normal") -> tuple[list[str], float]:
    """Break a text into at most so many lines, in smaller letters where it must be; returns lines and size.

    Rather than breaking a long word, letters shrink to two thirds.
    """
    least = size * 2 / 3
    while len(lines := wrapped(text, width, size, weight)) > most or (
        size > least and any(width_of(word, size, weight) > width for word in _WORD.findall(text))
    ):
        size *= 0.95
    return lines, size


def draw_code(axes: Any, address: str, left: float, top: float, side: float, *, robust: bool = True) -> None:
    """Draw the QR code of an address in a square of `side` millimetres, its white edge included."""
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    matrix = code(address, robust=robust).get_matrix()
    module = side / len(matrix)
    squares = []
    for row, line in enumerate(matrix):
        column = 0
        while column < len(line):
            if not line[column]:
                column += 1
                continue
            end = column
            while end < len(line) and line[end]:
                end += 1
            squares.append(
                Rectangle((left + column * module, top + row * module), (end - column) * module, module * 1.01)
            )
            column = end
    axes.add_collection(PatchCollection(squares, facecolor="black", edgecolor="none", antialiased=False))
