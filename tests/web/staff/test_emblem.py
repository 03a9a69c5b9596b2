"""The emblem of a unit: taken as a picture, drawn anew and small, shown in the chat's header, taken away again."""

import io
from collections.abc import Callable

import aiohttp
import pytest
from PIL import Image

import locales
from bot.app import App
from tests.web.conftest import Answer, Visitor
from tests.web.staff_pages import Role, log_in
from web.staff.office_emblem import MOST_BYTES, MOST_PIXELS, SIDE

pytestmark = pytest.mark.asyncio(loop_scope="session")


def picture(kind: str = "PNG", size: tuple[int, int] = (400, 200), mode: str = "RGB", **info: object) -> bytes:
    """A red picture."""
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, kind, **info)
    return out.getvalue()


async def sent(visitor: Visitor, content: bytes, seen: int = 0, **fields: str) -> Answer:
    """Send the form of the page."""
    form = aiohttp.FormData({"unit": "sa-dec", "seen": str(seen), **fields})
    form.add_field("picture", io.BytesIO(content), filename="logo.png")
    return await visitor.post("/staff/office/emblem", form)


async def numbered(app: App) -> int:
    """The number of the last change."""
    async with app.store.reading() as tx:
        return next((one.number for one in await tx.settings("sa-dec") if one.subject == "emblem"), 0)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
async def test_an_emblem_stands_in_the_chat_until_it_is_taken_away(kind: str, app: App, visitor: Visitor) -> None:
    """Small, a PNG whatever was sent, without what else the file held."""
    await log_in(app, visitor, "sa-dec", "admin")
    exif = Image.Exif()
    exif[0x010E] = "bí mật"
    answer = await sent(visitor, picture(kind, exif=exif), await numbered(app))
    assert answer.status == 200
    assert answer.page.one("p", class_="done").text == locales.text("vi", "web.office.done")
    shown = (await visitor.get("/")).page.one("header").one("img", class_="emblem")
    async with visitor.client.get(f"{visitor.address}{shown['src']}") as got:
        content, kept_as = await got.read(), got.content_type
    drawn = Image.open(io.BytesIO(content))
    assert (kept_as, drawn.format, drawn.size, dict(drawn.getexif())) == ("image/png", "PNG", (SIDE, SIDE // 2), {})
    await sent(visitor, b"", await numbered(app), action="remove")
    assert (await visitor.get("/")).page.one("header").all("img") == []


UNFIT: dict[str, Callable[[], bytes]] = {
    "nothing": bytes,
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "gif": lambda: picture("GIF"),
    "cut": lambda: picture()[:80],
    "heavy": lambda: picture() + b"0" * MOST_BYTES,
    "wide": lambda: picture(size=(MOST_PIXELS // 1000 + 1, 1000)),
}


@pytest.mark.parametrize("case", UNFIT)
async def test_what_is_no_small_picture_is_refused(case: str, app: App, visitor: Visitor) -> None:
    """With a sentence that says what is needed; nothing is kept."""
    await log_in(app, visitor, "sa-dec", "admin")
    before = await numbered(app)
    answer = await sent(visitor, UNFIT[case](), before)
    assert (answer.status, await numbered(app)) == (400, before)
    assert "cần tệp .png hoặc .jpg" in answer.said


@pytest.mark.parametrize(("unit", "role"), [("sa-dec", "staff"), ("", "admin")])
async def test_only_admins_change_it(unit: str, role: Role, app: App, visitor: Visitor) -> None:
    """Staff see the page; nobody else gets there."""
    if unit:
        await log_in(app, visitor, unit, role)
    before = await numbered(app)
    assert (await sent(visitor, picture(), before)).status == 403
    assert await numbered(app) == before
