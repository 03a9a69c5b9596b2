"""The integrity page: suspicious signs in a unit's forms of a period."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from urllib.parse import urlencode

from aiohttp import web as http

import locales
from handlers.rights import may_see
from reports import periods, rates
from reports.integrity import findings, uncounted
from reports.integrity.integrity import integrity_for
from reports.place_names import place_name
from reports.satisfaction.report import LEAST_JUDGED, LEAST_SHOWN
from surveys import budget, screens, signs
from surveys.uncounted import VERDICTS, Decision, Group
from web.pages import language_of, see_other, sent_form
from web.site import SITE
from web.staff.access import Viewed, author_of, closed, member_of, viewed
from web.staff.menu import staff_page
from web.staff.view_address import Choices, latest


async def show(request: http.Request) -> http.Response:
    """GET /staff/integrity?unit=…&period=…: the findings on how forms came in."""
    view = await viewed(request)
    if view is None:
        return closed()
    site, language = request.app[SITE], language_of(request)
    view, _, _ = await latest(request, view, Choices(view.unit.code, view.period.name))
    async with site.store.reading() as tx:
        found = await integrity_for(
            tx, site.world(), view.unit.code, view.period, view.today, language, below=view.below
        )
    shown = found.strata if found.strata and found.forms else {}
    shares = findings.strata_shares(shown)
    return staff_page(
        site.world(),
        view.member,
        "integrity.html",
        language,
        status=view.status,
        view=view,
        label=periods.label(view.period, language),
        found=found,
        forms=rates.number(found.forms),
        strata=[(stratum, rates.number(count), rates.number(shares[stratum])) for stratum, count in shown.items()],
        least=LEAST_SHOWN,
        waiting=[(group, _waiting(request, view, group)) for group in uncounted.waiting(found.apart)],
        decided=[_decided(request, view, one) for one in found.decisions],
        thresholds=_thresholds(language),
    )


async def decide(request: http.Request) -> http.Response:
    """POST /staff/integrity/apart: count the waiting forms of a counter and day, or discard them."""
    site, form, member = request.app[SITE], await sent_form(request), await member_of(request)
    if member is None or not may_see(site.world(), member, form.get("unit", "")):
        return closed()
    verdict = next((known for known in VERDICTS if known == form.get("verdict")), None)
    try:
        day = date.fromisoformat(form.get("day", ""))
    except ValueError:
        day = None
    if verdict is None or day is None:
        raise http.HTTPNotFound
    async with site.store.transaction() as tx:
        author = await author_of(request, tx, member)
        chat = (author.chat.channel, author.chat.user) if author.chat else ("", "")
        decision = Decision(form["unit"], form.get("counter", ""), day, verdict, author.who, site.clock(), *chat)
        await uncounted.decide(tx, decision)
    shown = {"unit": form.get("shown", decision.unit), "period": form.get("period", "")}
    if language_of(request) != locales.DEFAULT:
        shown["lang"] = language_of(request)
    return see_other(f"/staff/integrity?{urlencode(shown)}")


def _waiting(request: http.Request, view: Viewed, group: Group) -> str:
    return uncounted.sentence(_say(request), lambda code: _place(request, view, code), group)


def _decided(request: http.Request, view: Viewed, decision: Decision) -> str:
    site = request.app[SITE]
    local = replace(decision, at=decision.at.astimezone(site.clock().tzinfo))
    return uncounted.decided(_say(request), lambda code: _place(request, view, code), local)


def _say(request: http.Request) -> Callable[..., str]:
    return partial(locales.text, language_of(request))


def _place(request: http.Request, view: Viewed, code: str) -> str:
    world, language = request.app[SITE].world(), language_of(request)
    return place_name(world, code, view.unit.code, language, view.period.last)


def _thresholds(language: str) -> list[str]:
    """Return the thresholds above which a sign is flagged."""
    return [
        locales.text(
            language,
            "integrity.how_apart",
            slot=budget.FLOOR.slot,
            hour=budget.FLOOR.hour,
            day=budget.FLOOR.day,
            times=budget.TIMES,
            part=budget.HASTY_PART,
        ),
        locales.text(language, "integrity.how_crowd", least=signs.LEAST_CROWD, times=signs.BURST_TIMES),
        locales.text(
            language,
            "integrity.how_speed",
            seconds=int(signs.HASTY.total_seconds()),
            most=findings.MOST_HASTY,
        ),
        locales.text(language, "integrity.how_bursts", least=signs.LEAST_BURST, times=signs.BURST_TIMES),
        locales.text(language, "integrity.how_devices", most=signs.MOST_A_DAY),
        locales.text(
            language,
            "integrity.how_screens",
            most=screens.PLAUSIBLE_IN_TEN_MINUTES,
            hours=int(screens.LATE.total_seconds()) // 3600,
            bound=screens.MOST_IN_TEN_MINUTES,
        ),
        locales.text(
            language,
            "integrity.how_shares",
            assisted=findings.MOST_ASSISTED,
            open=findings.MOST_OPEN,
            response=findings.LEAST_RESPONSE,
        ),
        locales.text(language, "integrity.how_perfect", least=LEAST_JUDGED),
    ]
