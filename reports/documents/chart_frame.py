"""What all charts of a statement have in common: their size on paper, the lines above them, and the picture's bytes."""

import io
from dataclasses import dataclass
from typing import Any

from reports.documents.chart_canvas import wrapped, write_lines
from reports.documents.phrasing import spoken, text
from reports.office.safe_cells import clean
from reports.satisfaction.report import Report
from surveys.printing.canvas import BRAND, QUIET
from surveys.printing.letters import line_height

# At this width in millimetres and 1080 pixels a phone shows 10 points about as large as its own small type.
WIDTH, MARGIN, PIXELS = 120.0, 4.0, 1080
INSIDE = WIDTH - 2 * MARGIN
TITLE, LABEL, SMALL = 12.5, 10.0, 8.5
# The height of a bar, the space below it, and the space between it and its name.
BAR, GAP, LIFT = 8.0, 3.0, 0.8


@dataclass(frozen=True, slots=True)
class Titles:
    """The lines above a chart: that it is a sample (if so), what it shows, of which unit and period."""

    mark: list[str]
    title: list[str]
    about: list[str]


def titles(report: Report, key: str, *, sample: bool) -> tuple[Titles, float]:
    """Return the lines above a chart, and the height below them."""
    about = f"{clean(report.unit_name)}, {spoken(report.period)}"
    lines = Titles(
        wrapped(text("sample.mark"), INSIDE, LABEL, "bold") if sample else [],
        wrapped(text(key), INSIDE, TITLE, "bold"),
        wrapped(about, INSIDE, LABEL),
    )
    height = (len(lines.mark) + len(lines.about)) * line_height(LABEL) + len(lines.title) * line_height(TITLE)
    return lines, MARGIN + height + 3


def heading(axes: Any, titles: Titles) -> None:
    """Write the lines above a chart."""
    y = write_lines(axes, MARGIN, MARGIN, titles.mark, LABEL, weight="bold", color=BRAND)
    y = write_lines(axes, MARGIN, y, titles.title, TITLE, weight="bold")
    write_lines(axes, MARGIN, y, titles.about, LABEL, color=QUIET)


def png(figure: Any) -> bytes:
    """Return a picture as bytes, the same each time."""
    import matplotlib as mpl

    out = io.BytesIO()
    with mpl.rc_context({"hatch.linewidth": 0.5, "hatch.color": QUIET}):
        # The name and version of the drawing program are left out, so that the bytes stay the same.
        figure.savefig(out, format="png", dpi=PIXELS / (WIDTH / 25.4), metadata={"Software": None})
    return out.getvalue()
