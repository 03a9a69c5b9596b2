"""What axe finds on a page."""

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

SMALL_PHONE = (360, 640)
SERIOUS = ("serious", "critical")


async def found_by_axe(page: Page, impacts: Sequence[str] = SERIOUS) -> list[tuple[str, str, list[Any]]]:
    """The findings of some impacts, the serious and critical ones if nothing is said: rule, help, and where."""
    results = await Axe().run(page)
    return [
        (found["id"], found["help"], [node["target"] for node in found["nodes"]])
        for found in results.response["violations"]
        if found["impact"] in impacts
    ]
