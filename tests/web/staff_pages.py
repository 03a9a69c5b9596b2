"""The staff pages as tests open and read them."""

from datetime import date, timedelta
from typing import Literal

from bot.app import App
from surveys.responses import Response
from tests.web.conftest import Answer, Node, Visitor
from web.staff.access import COOKIE

HOUR = timedelta(hours=1)
Role = Literal["admin", "staff"]


async def secret_for(
    app: App, unit: str, role: Role, life: timedelta = HOUR, kind: Literal["login", "browser"] = "login"
) -> str:
    """A login link's or a session's secret, made as the program makes it."""
    secret = f"{kind}-{unit}-{role}-{next(_numbers)}"
    async with app.store.transaction() as tx:
        await tx.create_token(kind, unit, role, secret, app.clock() + life)
    return secret


# Not those of the forms that `screens.staff_link` stores.
_numbers = iter(range(1_000, 1_000_000))


async def log_in(app: App, visitor: Visitor, unit: str = "sa-dec", role: Role = "staff") -> Answer:
    """Open a login link and press its button."""
    return await visitor.send(await visitor.get(f"/staff/login/{await secret_for(app, unit, role)}"))


def session(secret: str) -> dict[str, str]:
    """The header that a browser with a session sends."""
    return {"Cookie": f"{COOKIE}={secret}"}


def table(answer: Answer, title: str) -> list[list[str]]:
    """The rows of the table under a title, without the digits in their bars."""
    section = next((one for one in answer.page.all("section") if title in [node.text for node in one.all("h3")]), None)
    assert section is not None, f"there is no {title}"
    return [
        [without_pictures(cell) for cell in row.children if isinstance(cell, Node)]
        for row in section.one("tbody").all("tr")
    ]


def without_pictures(node: Node) -> str:
    """The text of an element but for what is drawn."""
    pieces = [one if isinstance(one, str) else without_pictures(one) for one in node.children]
    return "" if node.tag == "svg" else " ".join(" ".join(pieces).split())


async def answered(
    app: App, day: date, levels: dict[int, int], counter: str = "quay1", unit: str = "sa-dec", source: str = "web"
) -> None:
    """Store finished short forms: so many at each level."""
    form = app.live().forms["nhanh"]
    made = [
        Response(
            id=f"{next(_numbers):032x}", unit=unit, counter=counter, form=form.code, version=form.version,
            digest=form.digest, source=source, day=day, complete=True, answers={"overall": level},
        )
        for level, count in levels.items()
        for _ in range(count)
    ]  # fmt: skip
    async with app.store.transaction() as tx:
        await tx.keep_responses(made)
