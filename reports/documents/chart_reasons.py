"""The chart of reasons: a bar for each reason that was ticked, with its number and share, as on the page."""

from typing import Any

from reports import rates
from reports.documents.chart_canvas import blank, width_of, wrapped, write, write_lines
from reports.documents.chart_frame import BAR, GAP, INSIDE, LABEL, LIFT, MARGIN, SMALL, WIDTH, heading, png, titles
from reports.documents.details import Details
from reports.documents.phrasing import text
from reports.office.safe_cells import clean
from reports.satisfaction.choices import Choice, Ticked
from reports.satisfaction.report import LEAST_SHOWN, Report
from reports.statements.choice_lines import most_at
from reports.statements.statement import Statement
from surveys.printing.canvas import INK, QUIET
from surveys.printing.letters import line_height

# The colours of the page's bars (web/static/style.css: .ticked and .bars svg).
TICKED, GROUND = "#5d6b7a", "#f4f0e9"
NUMBERS = 46.0


def reasons_png(statement: Statement, details: Details) -> bytes:
    """Return a chart of the unit's reasons, a bar for each; a sentence instead if none can be shown."""
    report = statement.report
    above, top = titles(report, "document.reasons_title", sample=details.sample)
    found = shown(report)
    notes = wrapped(text("document.ticked_note", least=LEAST_SHOWN), INSIDE, SMALL)
    blocks = [(choice, _said(choice), _named(choice)) for choice in found]
    body = sum(
        len(said) * line_height(LABEL)
        + 2
        + sum(len(lines) * line_height(LABEL) + LIFT + BAR + GAP for _, lines in bars)
        for _, said, bars in blocks
    )
    figure, axes = blank(WIDTH, top + (body or line_height(LABEL) + GAP) + len(notes) * line_height(SMALL) + MARGIN)
    heading(axes, above)
    y = top
    for _, said, bars in blocks:
        y = write_lines(axes, MARGIN, y, said, LABEL, color=QUIET) + 2
        for option, lines in bars:
            y = _bar(axes, y, option, lines)
    if not blocks:
        y = write_lines(axes, MARGIN, y, [text("document.no_reasons")], LABEL) + GAP
    write_lines(axes, MARGIN, y, notes, SMALL, color=QUIET)
    return png(figure)


def shown(report: Report) -> list[Choice]:
    """Return the questions for reasons that were asked in enough forms."""
    return [choice for choice in report.by_choice if choice.asking.reason and choice.whole.asked is not None]


def reasons_said(report: Report) -> list[str]:
    """Return the chart in words: a line for each reason, and where the first reason was ticked most."""
    lines = []
    for choice in shown(report):
        lines += [f"{clean(option.name)}: {_numbers_of(option)}." for option in choice.whole.options]
        lines.append(most_at(choice, "vi").plain)
    return [line for line in lines if line] or [text("document.no_reasons")]


def _said(choice: Choice) -> list[str]:
    asked = text(f"report.asked.{choice.asking.base}", count=rates.number(choice.whole.asked or 0))
    most = most_at(choice, "vi").plain
    return [*wrapped(asked, INSIDE, LABEL), *(wrapped(clean(most), INSIDE, LABEL) if most else [])]


def _named(choice: Choice) -> list[tuple[Ticked, list[str]]]:
    return [(option, wrapped(clean(option.name), INSIDE - NUMBERS, LABEL)) for option in choice.whole.options]


def _numbers_of(option: Ticked) -> str:
    if option.forms is None or option.share is None:
        return text("document.hidden")
    return text("document.option_count", forms=rates.number(option.forms), share=rates.percent(option.share))


def _bar(axes: Any, top: float, option: Ticked, lines: list[str]) -> float:
    """Draw a reason's name, its number and share, and its bar under them; returns the height below."""
    from matplotlib.patches import Rectangle

    y = write_lines(axes, MARGIN, top, lines, LABEL) + LIFT
    numbers, hidden = _numbers_of(option), option.share is None
    size, look = (SMALL, {"color": QUIET}) if hidden else (LABEL, {"weight": "bold"})
    if hidden and width_of(numbers, size) > NUMBERS:
        numbers = "–"
    write(axes, WIDTH - MARGIN, top + line_height(LABEL) / 2, numbers, size, ha="right", **look)
    axes.add_patch(Rectangle((MARGIN, y), INSIDE, BAR, facecolor=GROUND, edgecolor="none"))
    if option.share:
        width = INSIDE * float(option.share) / 100
        axes.add_patch(Rectangle((MARGIN, y), width, BAR, facecolor=TICKED, edgecolor=INK, linewidth=0.6))
    return y + BAR + GAP
