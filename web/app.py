"""The web application: routes, security headers, one shape for errors."""

from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path

import structlog
from aiohttp import web as http

from web import (
    aloud,
    board,
    cases,
    chat,
    dossiers,
    health,
    integrity,
    kiosk,
    paper,
    privacy,
    report_files,
    slips,
    staff,
    survey,
)
from web.limits import LIMITS, Limits
from web.site import SITE, Site, language_of, page
from web.submissions import Submissions

MAX_BODY = 256 * 1024
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
STATIC = Path(str(files("web").joinpath("static")))
STATIC_CACHE = "public, max-age=31536000, immutable"
Handler = Callable[[http.Request], Awaitable[http.StreamResponse]]
log = structlog.get_logger(__name__)


def create(site: Site) -> http.Application:
    """Make the application."""
    app = http.Application(middlewares=[_guarded], client_max_size=MAX_BODY)
    app[SITE] = site
    app[LIMITS] = Limits()
    app[survey.SUBMISSIONS] = Submissions(lambda: site.store, site.world, site.conversation.alerts)
    app.router.add_get("/", chat.show)
    app.router.add_post("/chat", chat.send)
    app.router.add_get("/chat/messages", chat.messages)
    app.router.add_get("/chat/files/{message:[0-9]{1,15}}/{number:[0-9]{1,3}}", chat.file)
    app.router.add_get("/k/{counter}", survey.start)
    app.router.add_post("/k/{counter}", survey.submit)
    app.router.add_get("/k/{counter}/{token}", survey.go_on)
    app.router.add_get("/privacy", privacy.show)
    app.router.add_post("/k/{counter}/{token}/withdraw", survey.withdraw)
    app.router.add_get("/s", slips.ask_code)
    app.router.add_get("/s/{code}", slips.start)
    app.router.add_post("/s/{code}", slips.submit)
    app.router.add_get("/s/{code}/{token}", slips.go_on)
    app.router.add_post("/s/{code}/{token}/withdraw", slips.withdraw)
    app.router.add_get("/kiosk/sw.js", kiosk.worker)
    app.router.add_get("/kiosk/{counter}", kiosk.show)
    app.router.add_post("/kiosk/{counter}", kiosk.tap)
    app.router.add_get("/kiosk/{counter}/thanks", kiosk.thanks)
    app.router.add_get("/kiosk/{counter}/code", kiosk.code)
    app.router.add_post("/kiosk/{counter}/answers", kiosk.answers)
    app.router.add_get("/staff", board.show)
    app.router.add_get("/staff/report.{kind:[a-z.]+}", report_files.download)
    app.router.add_get("/staff/integrity", integrity.show)
    app.router.add_post("/staff/integrity/apart", integrity.decide)
    app.router.add_get("/staff/cases", cases.show)
    app.router.add_post("/staff/cases/{number:[0-9]+}", cases.move)
    app.router.add_get("/staff/dossiers", dossiers.show)
    app.router.add_post("/staff/dossiers/apology", dossiers.apologize)
    app.router.add_get("/staff/login/{secret}", staff.ask_login)
    app.router.add_post("/staff/login/{secret}", staff.login)
    app.router.add_post("/staff/logout", staff.logout)
    app.router.add_get("/staff/paper", paper.show)
    app.router.add_post("/staff/paper", paper.enter)
    app.router.add_get("/healthz", health.alive)
    app.router.add_get("/readyz", health.ready)
    app.router.add_get("/metrics", health.metrics)
    app.router.add_get("/audio/{form}/{language}/{name}", aloud.play)
    app.router.add_get("/static/{name:[a-z.]+}", _file)
    return app


@http.middleware
async def _guarded(request: http.Request, handler: Handler) -> http.StreamResponse:
    """Security headers on everything, and a readable page for every error."""
    try:
        response = await handler(request)
    except http.HTTPException as raised:
        response = _problem(request, raised.status, raised.text or "")
        if "Allow" in raised.headers:
            response.headers["Allow"] = raised.headers["Allow"]
    except ConnectionResetError:
        raise http.HTTPBadRequest from None
    except Exception:
        resource = request.match_info.route.resource
        log.exception("page_failed", page=resource.canonical if resource else "")
        response = _problem(request, 500, "")
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


async def _file(request: http.Request) -> http.StreamResponse:
    """GET /static/{name}: one of our own files, whose address changes with its content."""
    path = STATIC / request.match_info["name"]
    if not path.is_file():
        raise http.HTTPNotFound
    return http.FileResponse(path, headers={"Cache-Control": STATIC_CACHE})


def _problem(request: http.Request, status: int, text: str) -> http.Response:
    """Show an error. Of the texts that come with one only that of a missing page is ours."""
    known = {404: "web.not_found", 403: "web.forbidden", 405: "web.not_found", 413: "web.too_large"}
    ours = text if status == 404 and not text.startswith("404:") else ""
    return page(
        "problem.html",
        language_of(request),
        status,
        number=status,
        key=known.get(status, "web.failed"),
        text=ours,
    )
