"""The staff page: the week's figures of one's unit, behind a one-time login link."""

import secrets
from datetime import timedelta
from typing import Any

from aiohttp import web as http

from reports import periods, rates
from reports.compiling import statement_from
from reports.report import Group, Report
from reports.summary import VERDICTS, few_line, restated
from web.site import SITE, page, same_origin, see_other
from web.viewing import COOKIE, viewed

SESSION_LIFE = timedelta(hours=12)


async def ask_login(request: http.Request) -> http.Response:
    """GET /staff/login/{secret}: a button, so that a link preview does not use the link up."""
    return page("login.html", here=request.rel_url.raw_path)


async def login(request: http.Request) -> http.Response:
    """POST /staff/login/{secret}: use the link up and open a session in this browser."""
    site = request.app[SITE]
    if not same_origin(request):
        raise http.HTTPForbidden
    browser = secrets.token_urlsafe(32)
    now = site.clock()
    async with site.store.transaction() as tx:
        found = await tx.use_token("login", request.match_info["secret"], now)
        if found:
            await tx.create_token("browser", *found, browser, now + SESSION_LIFE)
    if not found:
        return page("closed.html", status=403)
    response = see_other("/staff")
    response.set_cookie(
        COOKIE,
        browser,
        max_age=int(SESSION_LIFE.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=site.secure,
        path="/staff",
    )
    return response


async def logout(request: http.Request) -> http.Response:
    """POST /staff/logout: end the session in this browser."""
    site = request.app[SITE]
    if not same_origin(request):
        raise http.HTTPForbidden
    async with site.store.transaction() as tx:
        await tx.forget_token("browser", request.cookies.get(COOKIE, ""))
    response = see_other("/staff")
    response.del_cookie(COOKIE, path="/staff")
    return response


async def show(request: http.Request) -> http.Response:
    """GET /staff?unit=…&period=…: satisfaction figures."""
    view = await viewed(request)
    if view is None:
        return page("closed.html", status=403)
    site = request.app[SITE]
    statement = await statement_from(
        site.store, site.world(), view.unit.code, view.period, site.clock(), below=view.below
    )
    report = statement.report
    return page(
        "staff.html",
        status=view.status,
        problem=view.problem,
        units=view.units,
        unit=view.unit,
        label=periods.label(view.period, "vi"),
        period=view.period,
        earlier=view.earlier,
        later=view.later,
        report=report,
        restated=restated(statement).plain,
        few=few_line(report, "vi").plain,
        view=_view(report),
    )


def _view(report: Report) -> dict[str, Any]:
    """Return the figures as printed."""
    return {
        "rate": rates.percent(report.rate.percent) if report.rate else "",
        "low": rates.percent(report.rate.low) if report.rate else "",
        "high": rates.percent(report.rate.high) if report.rate else "",
        "forms": rates.number(report.forms),
        "answers": rates.number(report.answers),
        "shares": [
            {
                "level": level,
                "share": rates.number(report.shares[level]),
                "width": float(report.shares[level]),
                "count": rates.number(report.levels[level]),
            }
            for level in reversed(rates.LEVELS)
        ],
        "verdict": VERDICTS[report.verdict],
        "previous": rates.percent(report.previous.rate.percent)
        if report.previous and report.previous.rate and report.previous.telling
        else "",
        "previous_forms": rates.number(report.previous.forms) if report.previous else "",
        "tables": [
            ("report.units", [_row(group) for group in report.by_unit]),
            ("report.counters", [_row(group) for group in report.by_counter]),
            ("report.sections", [_row(group) for group in report.by_section]),
            ("report.questions", [_row(group) for group in report.by_question]),
            ("report.fields", [_row(group) for group in report.by_field]),
            ("report.sources", [_row(group) for group in report.by_source]),
            ("report.strata", [_row(one.group) for one in report.by_stratum] if len(report.by_stratum) > 1 else []),
        ],
    }


def _row(group: Group) -> dict[str, str]:
    if group.rate is None:
        return {"name": group.name, "answers": "", "rate": "", "interval": ""}
    interval = f"{rates.number(group.rate.low)} – {rates.number(group.rate.high)}"
    return {
        "name": group.name,
        "answers": rates.number(group.answers or 0),
        "rate": rates.number(group.rate.percent),
        "interval": interval,
    }
