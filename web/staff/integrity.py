"""The integrity page: what is worth a second look in a unit's forms of a period."""

from aiohttp import web as http

import locales
from reports import periods, rates
from reports.integrity import findings
from reports.integrity.integrity import integrity_for
from reports.satisfaction.report import LEAST_SHOWN, LEAST_TELLING
from surveys import screens, signs
from web.site import SITE, language_of, page
from web.staff.access import closed, viewed
from web.staff.choices import Choices, latest


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
    return page(
        "integrity.html",
        language,
        status=view.status,
        view=view,
        label=periods.label(view.period, language),
        found=found,
        forms=rates.number(found.forms),
        strata=[(stratum, rates.number(count), rates.number(shares[stratum])) for stratum, count in shown.items()],
        least=LEAST_SHOWN,
        thresholds=_thresholds(language),
    )


def _thresholds(language: str) -> list[str]:
    """Return from where on something is called worth a look."""
    return [
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
        locales.text(language, "integrity.how_perfect", least=LEAST_TELLING),
    ]
