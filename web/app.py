"""The web application: routes (those of staff in web/staff/routes.py), security headers, one shape for errors."""

import re
from collections.abc import Awaitable, Callable
from functools import cache
from importlib.resources import files
from pathlib import Path

import structlog
from aiohttp import web as http

from handlers.ports import NothingKept
from reports.published.reading import Shelf
from web import health
from web.attempts import Attempts
from web.citizen import chat, forms, privacy_notice, read_aloud, results, slips, survey
from web.citizen.submissions import Submissions
from web.connections import timed
from web.csrf import from_own_pages
from web.kiosk import screen
from web.limits import LIMITS, Limits
from web.pages import language_of, page
from web.site import SITE, Site
from web.staff import screens
from web.staff.access import explained
from web.staff.routes import ROUTES

MAX_BODY = 256 * 1024
RETRY_SECONDS = 60
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "worker-src 'self'; media-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
SECURE = {"Strict-Transport-Security": "max-age=31536000"}
ROBOTS = "User-agent: *\nDisallow: /staff\nDisallow: /kiosk\nDisallow: /chat\nDisallow: /metrics\n"
# Addresses of slips, of one person's pages and of staff. Crawlers must load a page to see that it must not be listed.
UNLISTED = re.compile(r"/(s|staff|kiosk)(/.*)?|/k/[^/]+/.+")
STATIC = Path(str(files("web").joinpath("static")))
STATIC_CACHE = "public, max-age=31536000, immutable"
Handler = Callable[[http.Request], Awaitable[http.StreamResponse]]
log = structlog.get_logger(__name__)


def create(site: Site) -> http.Application:
    """Make the application."""
    unslashed = http.normalize_path_middleware(append_slash=False, remove_slash=True, merge_slashes=False)
    app = http.Application(
        middlewares=[timed, _guarded, explained, from_own_pages, unslashed], client_max_size=MAX_BODY
    )
    app[SITE] = site
    app[health.LOGGED] = set()
    app[LIMITS] = Limits()
    app[survey.SUBMISSIONS] = Submissions(lambda: site.store, site.world, site.conversation.alerts)
    app[screens.ATTEMPTS] = Attempts()
    app[results.SHELF] = Shelf()
    app.router.add_get("/", chat.show)
    app.router.add_post("/chat", chat.send)
    app.router.add_post("/chat/file", chat.send_file)
    app.router.add_get("/chat/messages", chat.messages)
    app.router.add_get("/chat/files/{message:[0-9]{1,15}}/{number:[0-9]{1,3}}", chat.file)
    app.router.add_get("/forms/{number:[0-9]{1,12}}/{name}", forms.download)
    app.router.add_get("/k/{counter}", survey.start)
    app.router.add_post("/k/{counter}", survey.submit)
    app.router.add_get("/k/{counter}/{token}", survey.go_on)
    app.router.add_get("/privacy", privacy_notice.show)
    app.router.add_get("/ket-qua", results.home)
    app.router.add_get("/ket-qua/{unit}.csv", results.open_data)
    app.router.add_get("/ket-qua/{unit}.pdf", results.poster)
    app.router.add_get("/ket-qua/{unit}", results.show)
    app.router.add_post("/k/{counter}/{token}/withdraw", survey.withdraw)
    app.router.add_get("/s", slips.ask_code)
    app.router.add_get("/s/{code}", slips.start)
    app.router.add_post("/s/{code}", slips.submit)
    app.router.add_get("/s/{code}/{token}", slips.go_on)
    app.router.add_post("/s/{code}/{token}/withdraw", slips.withdraw)
    app.router.add_get("/kiosk/sw.js", screen.worker)
    app.router.add_get("/kiosk/{counter}", screen.show)
    app.router.add_post("/kiosk/{counter}", screen.tap)
    app.router.add_get("/kiosk/{counter}/thanks", screen.thanks)
    app.router.add_get("/kiosk/{counter}/code", screen.code)
    app.router.add_post("/kiosk/{counter}/answers", screen.answers)
    app.router.add_routes(ROUTES)
    app.router.add_get("/robots.txt", _robots)
    app.router.add_get("/healthz", health.alive)
    app.router.add_get("/readyz", health.ready)
    app.router.add_get("/metrics", health.metrics)
    app.router.add_get("/audio/{form}/{language}/{name}", read_aloud.play)
    app.router.add_get("/static/{name:[a-z.]+}", _file)
    return app


@http.middleware
async def _guarded(request: http.Request, handler: Handler) -> http.StreamResponse:
    """Set security headers on every response, and show a readable page for every error."""
    try:
        response = await handler(request)
    except http.HTTPRedirection as raised:
        response = http.Response(status=raised.status, headers={"Location": raised.headers["Location"]})
    except http.HTTPException as raised:
        response = _problem(request, raised.status, raised.text or "")
        if "Allow" in raised.headers:
            response.headers["Allow"] = raised.headers["Allow"]
    except ConnectionResetError:
        raise http.HTTPBadRequest from None
    except NothingKept as unkept:
        log.error("nothing_kept", page=_page(request), reason=str(unkept))
        response = _problem(request, 503, "")
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    except Exception:
        log.exception("page_failed", page=_page(request))
        response = _problem(request, 500, "")
    if UNLISTED.fullmatch(request.path):
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    secure = SECURE if request.app[SITE].secure else {}
    for name, value in {**HEADERS, **secure}.items():
        response.headers.setdefault(name, value)
    return response


def _page(request: http.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else ""


async def _robots(request: http.Request) -> http.Response:
    """GET /robots.txt: the addresses that crawlers should not visit."""
    return http.Response(text=ROBOTS)


async def _file(request: http.Request) -> http.StreamResponse:
    """GET /static/{name}: a shipped file; its address changes with its content."""
    path = _static_files().get(request.match_info["name"])
    if path is None:
        raise http.HTTPNotFound
    return http.FileResponse(path, headers={"Cache-Control": STATIC_CACHE})


@cache
def _static_files() -> dict[str, Path]:
    """Return the shipped files by name, so that a requested name never becomes a path."""
    return {path.name: path for path in STATIC.iterdir() if path.is_file()}


def _problem(request: http.Request, status: int, text: str) -> http.Response:
    """Return an error page; it shows the error's text for a missing or refused page: others are from libraries."""
    known = {404: "web.not_found", 403: "web.forbidden", 405: "web.not_found", 413: "web.too_large"}
    if request.method == "POST":
        known[503] = "web.nothing_kept"
    ours = text if status in (403, 404) and not text.startswith(f"{status}:") else ""
    return page(
        "problem.html",
        language_of(request),
        status,
        number=status,
        key=known.get(status, "web.failed"),
        text=ours,
    )
