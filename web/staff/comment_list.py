"""The comments of the staff page, ten to a page and filtered, and what citizens did not find."""

from typing import Any

from reports import rates
from reports.place_names import place_name
from reports.satisfaction.comments import comment_questions
from surveys.cases import STATES
from web.site import PagesTx
from web.staff import figure_rows
from web.staff.board import Board
from web.staff.view_address import places

COMMENTS = 10
MISSED = 20


async def comment_list(tx: PagesTx, board: Board) -> dict[str, Any]:
    """Return a page of comments, what they may be filtered by, and what was missed."""
    period, choices, world, unit = board.view.period, board.choices, board.world, board.view.unit.code
    comments = await tx.comments(
        *(board.units, period.first, period.last, comment_questions(world)),
        most=COMMENTS + 1,
        skipped=(choices.page - 1) * COMMENTS,
        wanted=choices.wanted,
    )
    missed = await tx.missed(board.units, period.first, period.last, MISSED)
    return {
        "comments": [figure_rows.comment(world, one, with_unit=board.several) for one in comments[:COMMENTS]],
        "more_comments": len(comments) > COMMENTS,
        "counters": [(code, place_name(world, code, unit, "vi", period.last)) for code in places(world, board.view)],
        "levels": tuple(reversed(rates.LEVELS)),
        "states": STATES,
        "missed": [
            (one.kind, rates.number(one.count), [(text, rates.number(count)) for text, count in one.texts])
            for one in missed
        ],
    }
