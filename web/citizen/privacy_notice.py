"""The notice: what is stored, for how long, and what people can ask for, in plain words."""

from aiohttp import web as http

from handlers import retention
from reports.data_requests import ANSWER_WORKING_DAYS, CARRY_OUT_DAYS, THIRD_PARTIES_DAYS
from reports.satisfaction.report import LEAST_SHOWN
from surveys.cases import CONTACT_KEPT
from surveys.questions_left import CONTACT_KEPT as QUESTION_KEPT
from web.pages import language_of, page
from web.site import SITE

# The sections in the order of the page; each has a heading and sentences, one on each line.
SECTIONS = ("chat", "questions", "left", "petitions", "survey", "staff", "rights")


async def show(request: http.Request) -> http.Response:
    """GET /privacy: the notice in the language that the address asks for."""
    return page(
        "privacy.html",
        language_of(request),
        unit=request.app[SITE].world().unit(""),
        sections=SECTIONS,
        values={
            "days": retention.CHAT_PAGE.days,
            "messenger_days": retention.MESSENGERS.days,
            "misses": retention.MISSES.days,
            "years": retention.REQUESTS.days // 365,
            "answer_days": ANSWER_WORKING_DAYS,
            "carry_out_days": CARRY_OUT_DAYS,
            "contact_days": CONTACT_KEPT.days,
            "question_days": QUESTION_KEPT.days,
            "counts": retention.COUNTS.days,
            "least": LEAST_SHOWN,
            "third_parties_days": THIRD_PARTIES_DAYS,
        },
    )
