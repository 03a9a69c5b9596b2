"""Whether the process lives, whether it can answer, and what it counts."""

from aiohttp import web as http
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from web.site import SITE

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
    """GET /metrics: Prometheus."""
    WAITING.set(await request.app[SITE].store.waiting())
    return http.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
