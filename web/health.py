"""Whether the process lives, whether it can answer, and what it counts."""

import hmac

from aiohttp import web as http
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from web.site import LOCAL_HOSTS, SITE

FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")
WAITING = Gauge("motcua_outbox_waiting", "Committed replies that are not delivered yet")


async def alive(request: http.Request) -> http.Response:
    """GET /healthz: the process answers."""
    return http.json_response({"alive": True})


async def ready(request: http.Request) -> http.Response:
    """GET /readyz: the database answers and the catalog is loaded."""
    site = request.app[SITE]
    try:
        await site.store.waiting()
        database = True
    except Exception:
        database = False
    good = database and site.ready()
    return http.json_response({"database": database, "catalog": site.ready()}, status=200 if good else 503)


async def metrics(request: http.Request) -> http.Response:
    """GET /metrics: Prometheus; 404 to whoever may not read it."""
    if not _may_count(request):
        raise http.HTTPNotFound
    WAITING.set(await request.app[SITE].store.waiting())
    return http.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _may_count(request: http.Request) -> bool:
    """Whether a request shows METRICS_TOKEN; without one set, whether it is of this machine and no proxy's.

    A reverse proxy on the same machine brings everybody from 127.0.0.1, and may say nothing of whom it brings. So
    where a public address leads here nobody reads without the token.
    """
    site = request.app[SITE]
    if site.metrics_token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode("utf-8", "replace"), site.metrics_token.encode())
    brought = any(name in request.headers for name in FORWARDED)
    return site.local and not brought and request.remote in LOCAL_HOSTS
