"""Taps as a tablet at a counter sends them, and what becomes of them."""

import json
from typing import Any

from bot.app import App
from tests.web.conftest import Answer, Visitor, rows

JSON_SENT = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
numbers = iter(range(1, 10**6))


def new_id() -> str:
    """An id as a tablet makes it, another each time."""
    return f"{next(numbers):032x}"


def tapped(app: App, level: int = 4, **changes: Any) -> dict[str, Any]:
    """A tap just now."""
    return {"id": new_id(), "level": level, "at": app.clock().isoformat(), **changes}


async def device_token(visitor: Visitor, counter: str = "quay1") -> str:
    """The token of the page at a counter."""
    return (await visitor.get(f"/kiosk/{counter}")).page.one("main")["data-token"]


async def send(
    visitor: Visitor, *taps: dict[str, Any], counter: str = "quay1", token: str = "", **options: Any
) -> Answer:
    """Send taps as the page's script does."""
    body = {"token": token or await device_token(visitor, counter), "answers": list(taps)}
    headers = {**JSON_SENT, **options.pop("headers", {})}
    return await visitor.ask(
        "POST", f"/kiosk/{counter}/answers", data=json.dumps(body).encode(), headers=headers, **options
    )


def stored_and_refused(answer: Answer) -> tuple[list[str], dict[str, str]]:
    """The ids stored, and the reasons of those refused."""
    read = json.loads(answer.body)
    return read["stored"], {one["id"]: one["reason"] for one in read["refused"]}


def kept(app: App, identifier: str) -> list[tuple[Any, ...]]:
    """What stands in the database under an id."""
    return rows(
        app,
        "SELECT unit, counter, form, source, day, complete, question, level FROM response JOIN answer ON id = response "
        "WHERE id = ?",
        identifier,
    )


def count(app: App) -> int:
    """How many responses came from screens."""
    ((number,),) = rows(app, "SELECT count(*) FROM response WHERE source = 'kiosk'")
    return int(number)
