"""What a unit publishes of its kept figures: a page, open data, a poster to hang beside the counter."""

import asyncio
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import web as http

import locales
from handlers.world import Unit
from reports import periods, rates
from reports.published.open_data import as_csv
from reports.published.reading import Shelf
from reports.published.result import Reason, Result
from surveys.printing.heading import remarks
from surveys.printing.results_poster import Bar, Results, write_pdf
from web.pages import language_of, page
from web.site import SITE

SHELF = http.AppKey("shelf", Shelf)
MOST_REASONS, MOST_NOTES = 5, 5


async def home(request: http.Request) -> http.Response:
    """GET /ket-qua: the results of this installation's unit; if it publishes none, the units that do."""
    world = request.app[SITE].world()
    if _step(request, world.home):
        return await _shown(request, world.units[world.home])
    return _listed(request, status=200 if _publishing(request) else 404)


async def show(request: http.Request) -> http.Response:
    """GET /ket-qua/{unit}: what a unit publishes; 404 with an explaining page if it publishes nothing."""
    unit = _unit(request)
    return await _shown(request, unit) if unit else _listed(request, status=404)


async def open_data(request: http.Request) -> http.Response:
    """GET /ket-qua/{unit}.csv: the same figures as a table."""
    unit = _unit(request)
    if unit is None:
        return _listed(request, status=404)
    body = as_csv(await _results(request, unit), sample=_is_sample(request, unit))
    named = {"Content-Disposition": f'attachment; filename="ket-qua_{unit.code}.csv"'}
    return http.Response(body=body, headers={"Content-Type": "text/csv; charset=utf-8", **named})


async def poster(request: http.Request) -> http.Response:
    """GET /ket-qua/{unit}.pdf: the last period on a sheet of A4; 404 with the page if nothing can be published yet."""
    unit = _unit(request)
    if unit is None:
        return _listed(request, status=404)
    found = await _results(request, unit)
    if not found or found[-1].rate is None:
        return await _shown(request, unit, status=404)
    body = await asyncio.to_thread(_drawn, request, unit, found[-1])
    named = {"Content-Disposition": f'inline; filename="ket-qua_{unit.code}.pdf"'}
    return http.Response(body=body, headers={"Content-Type": "application/pdf", **named})


def _unit(request: http.Request) -> Unit | None:
    """Return the unit that the address names; None if it publishes no results."""
    code = request.match_info["unit"]
    return request.app[SITE].world().units[code] if _step(request, code) else None


def _step(request: http.Request, unit: str) -> str:
    return request.app[SITE].world().published(unit)


def _publishing(request: http.Request) -> list[Unit]:
    world = request.app[SITE].world()
    return [unit for code, unit in sorted(world.units.items()) if _step(request, code)]


async def _results(request: http.Request, unit: Unit) -> list[Result]:
    site = request.app[SITE]
    step, today = _step(request, unit.code), site.clock().date()
    return await request.app[SHELF].results(site.store, site.world(), unit.code, step, today)


def _is_sample(request: http.Request, unit: Unit) -> bool:
    return request.app[SITE].world().is_sample(unit.code, below=True)


def _listed(request: http.Request, status: int) -> http.Response:
    """Return a page that says that there are no results here, and which units publish theirs."""
    return page("no_results.html", language_of(request), status, units=_publishing(request))


async def _shown(request: http.Request, unit: Unit, status: int = 200) -> http.Response:
    language, found = language_of(request), await _results(request, unit)
    last = found[-1] if found else None
    return page(
        "results.html",
        language,
        status,
        unit=unit,
        sample=_is_sample(request, unit),
        last=_view(last, language) if last else None,
        done=await _done(request, unit, last) if last else [],
        before=[_row(one, last, language) for one in reversed(found)] if last else [],
        others=[one for one in _publishing(request) if one.code != unit.code],
        phone=unit.phone,
    )


async def _done(request: http.Request, unit: Unit, last: Result) -> list[str]:
    """Return the published notes on what the unit did about cases since the period began, each once, latest first."""
    site = request.app[SITE]
    async with site.store.reading() as tx:
        notes = await tx.published_notes(unit.code, last.period.first, site.clock().date())
    return [*dict.fromkeys(one.note for one in notes)][:MOST_NOTES]


def _view(result: Result, language: str) -> dict[str, Any]:
    """Return the last period as texts for the page."""

    def say(key: str, **values: object) -> str:
        return locales.text(language, key, **values)

    return {
        "unit": result.unit_name,
        "period": periods.label(result.period, language),
        "restated": say("results.restated", number=result.number, day=periods.day(result.made))
        if result.number > 1
        else "",
        "rate": f"{rates.percent(result.rate.percent)}%" if result.rate else "",
        "facts": _facts(result, language),
        "reasons": [
            {
                "question": one.name,
                "title": say(
                    "results.reasons_of", asked=say(f"report.asked.{one.base}", count=rates.number(one.asked))
                ),
                "ticked": [_reason(reason, language) for reason in one.ticked[:MOST_REASONS]],
            }
            for one in result.reasons
        ],
    }


def _facts(result: Result, language: str) -> list[str]:
    """Return sentences on the number of answers, the rule, the interval, and the share of dossiers with answers."""
    if result.rate is None:
        return []

    def say(key: str, **values: object) -> str:
        return locales.text(language, key, **values)

    response = "response" if result.response is not None else "response_unknown"
    return [
        say(
            "results.of",
            forms=rates.number(result.forms),
            stratum=say(f"report.stratum_of.{result.stratum}"),
            answers=rates.number(result.answers),
        ),
        say("results.by_rule", rule=say(f"report.rule_{result.rule}")),
        say("results.interval", low=rates.percent(result.rate.low), high=rates.percent(result.rate.high)),
        say(
            f"results.{response}",
            percent=rates.percent(result.response or Decimal(0)),
            forms=rates.number(result.forms),
            dossiers=rates.number(result.dossiers),
        ),
    ]


def _reason(reason: Reason, language: str) -> dict[str, Any]:
    numbers = {"forms": rates.number(reason.forms), "share": rates.percent(reason.share)}
    return {
        "name": reason.name,
        "told": locales.text(language, "results.reason", **numbers),
        "width": float(reason.share),
    }


def _row(result: Result, last: Result, language: str) -> dict[str, Any]:
    """Return a row of the trend. Strata are never mixed: a rate of another stratum than the last is labelled so."""
    rate = result.rate
    name, _, days = periods.label(result.period, language).partition(" (")
    return {
        "period": name,
        "days": days.rstrip(")"),
        "rate": f"{rates.percent(rate.percent)}%" if rate else "",
        "width": float(rate.percent) if rate else 0,
        "interval": f"{rates.percent(rate.low)} – {rates.percent(rate.high)}" if rate else "",
        "answers": rates.number(result.answers),
        "stratum": "" if result.stratum == last.stratum else locales.text(language, f"report.stratum.{result.stratum}"),
    }


def _drawn(request: http.Request, unit: Unit, result: Result) -> bytes:
    """Return the poster as PDF. This takes up to half a second, so call it outside the event loop."""
    view = _view(result, locales.DEFAULT)
    address = request.app[SITE].address
    title, reasons = next(((one["title"], one["ticked"]) for one in view["reasons"]), ("", []))
    shown = Results(
        unit=view["unit"],
        period=view["period"],
        rate=view["rate"],
        facts=[*([view["restated"]] if view["restated"] else []), *view["facts"]],
        reasons_title=title,
        reasons=[Bar(one["name"], one["told"], one["width"]) for one in reasons],
        address=f"{address}/ket-qua/{unit.code}",
        remarks=remarks(address, sample=_is_sample(request, unit)),
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "poster.pdf"
        write_pdf(shown, path)
        return path.read_bytes()
