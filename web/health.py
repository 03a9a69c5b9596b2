"""The pages for operators: liveness, readiness and metrics."""

import hmac

import structlog
from aiohttp import web as http
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from handlers.ports import Health, Trouble
from surveys.printing.qr import LOCAL_HOSTS
from web.site import SITE

FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")
WAITING = Gauge("motcua_outbox_waiting", "Committed replies that are not delivered yet")
# The codes of the troubles that were logged and still last.
LOGGED = http.AppKey("told", set[str])
log = structlog.get_logger(__name__)


async def alive(request: http.Request) -> http.Response:
    """GET /healthz: the process answers."""
    return http.json_response({"alive": True})


async def ready(request: http.Request) -> http.Response:
    """GET /readyz: whether the database stores data, and the catalog is loaded.

    Anybody may ask, so troubles are named by their codes alone; the sentences are for the log.
    """
    site = request.app[SITE]
    try:
        health = await site.store.health(site.clock())
    except Exception as error:
        health = Health((Trouble("unreachable", type(error).__name__),))
    _log_changes(request.app[LOGGED], health)
    answer = {
        "database": health.keeps,
        "catalog": site.ready(),
        "troubles": [trouble.code for trouble in health.troubles],
        "free_bytes": health.free_bytes,
        "wanted_bytes": health.wanted_bytes,
    }
    return http.json_response(answer, status=200 if health.keeps and site.ready() else 503)


def _log_changes(logged: set[str], health: Health) -> None:
    """Log problems that began or ended."""
    found = {trouble.code: trouble for trouble in health.troubles}
    for code in found.keys() - logged:
        trouble = found[code]
        (log.error if trouble.stops else log.warning)("not_healthy", code=code, reason=trouble.sentence)
    for code in logged - found.keys():
        log.info("healthy_again", code=code)
    logged.clear()
    logged.update(found)


async def metrics(request: http.Request) -> http.Response:
    """GET /metrics: Prometheus metrics; 404 without the right to read them."""
    if not _may_count(request):
        raise http.HTTPNotFound
    WAITING.set(await request.app[SITE].store.waiting())
    return http.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _may_count(request: http.Request) -> bool:
    """Return whether a request has METRICS_TOKEN; if none is set, whether it is from this machine without a proxy.

    Everybody's requests reach us from 127.0.0.1 through a reverse proxy on this machine, which may not name the caller.
    So if the pages have a public address, nobody may read metrics without the token.
    """
    site = request.app[SITE]
    if site.metrics_token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode("utf-8", "replace"), site.metrics_token.encode())
    brought = any(name in request.headers for name in FORWARDED)
    return site.local and not brought and request.remote in LOCAL_HOSTS
