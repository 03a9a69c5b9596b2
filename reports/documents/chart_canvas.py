"""Drawing charts: pictures in millimetres from the top left corner, measured text."""

from functools import lru_cache
from typing import Any

from surveys.printing.canvas import INK
from surveys.printing.letters import POINT_MM, broken, line_height


def blank(width: float, height: float) -> tuple[Any, Any]:
    """Return a figure and its axes, whose units are millimetres from the top left corner."""
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
    """Write one line with its left end at x and its middle at y; `look` is passed on to matplotlib."""
    look = {"color": INK, "ha": "left", "va": "center_baseline", **look}
    # A name may hold dollar signs, which matplotlib would take for a formula.
    axes.text(x, y, text, fontsize=size, parse_math=False, **look)


def write_lines(axes: Any, x: float, top: float, lines: list[str], size: float, **look: Any) -> float:
    """Write lines below each other, the first one at `top`; returns the height below them."""
    step = line_height(size)
    for number, line in enumerate(lines):
        write(axes, x, top + (number + 0.5) * step, line, size, **look)
    return top + len(lines) * step


@lru_cache(maxsize=4096)
def width_of(text: str, size: float, weight: str = "normal") -> float:
    """Measure a line in millimetres."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    width, _, _ = text_to_path.get_text_width_height_descent(text, FontProperties(size=size, weight=weight), False)
    return float(width) * POINT_MM


def wrapped(text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """Break a text into lines that are no wider than `width` millimetres."""
    return broken(text, lambda line: width_of(line, size, weight) <= width)
