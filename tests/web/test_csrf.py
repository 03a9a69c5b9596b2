"""What pages of other sites send comes through nowhere."""

import pytest
from aiohttp import web as http

from bot.app import App
from bot.secret_key import secret_key
from tests.web.conftest import Visitor
from web.app import create
from web.csrf import FROM_OTHERS, SAFE
from web.signing import Signer
from web.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAMPLES = {"counter": "quay1", "token": "x", "code": "ABCDEFGHJK", "secret": "x", "number": "1", "id": "0123456789ab"}
FOREIGN = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": None, "Origin": "https://lua-dao.example"},
)


def unsafe_routes(pages: http.Application) -> list[tuple[str, str]]:
    """The method and the path of every route that changes something, with sample values in the path."""
    found = []
    for route in pages.router.routes():
        if route.method in SAFE or route.resource is None:
            continue
        info = route.resource.get_info()
        pattern = info.get("formatter", info.get("path", ""))
        found.append((route.method, pattern.format(**SAMPLES)))
    return found


async def test_no_route_takes_what_another_site_sends(app: App, visitor: Visitor) -> None:
    """Each unsafe route is walked, also one that is added tomorrow; only those of other programs are let through."""
    site = Site(
        conversation=app.conversation,
        store=app.store,
        world=app.live,
        refresh=app.live.refresh,
        ready=lambda: True,
        signer=Signer(secret_key(app.settings)),
        clock=app.clock,
        address=app.settings.address,
        bots=dict,
        files=app.attachments,
        desk=app.desk,
        start=app.nursery.start,
    )
    routes = [(method, path) for method, path in unsafe_routes(create(site)) if path not in FROM_OTHERS]
    assert len(routes) > 10
    taken = [
        (method, path, headers)
        for method, path in routes
        for headers in FOREIGN
        if (await visitor.ask(method, path, headers={k: v for k, v in headers.items() if v}, data=b"")).status != 403
    ]
    assert taken == []
