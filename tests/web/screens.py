"""What is measured on a screen: sizes of targets and texts, the width, the focus."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page

from bot.app import App
from surveys.responses import Response

PHONE, DESK = (360, 740), (1280, 800)
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
# Each interactive element with its size; a tick box is hit by its label.
TARGETS = """() => {
  const found = [];
  for (const element of document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")) {
    if (element.type === "hidden" || !element.checkVisibility()) continue;
    const box = ["radio", "checkbox"].includes(element.type) ? element.closest("label") : element;
    const size = box.getBoundingClientRect();
    found.push([element.tagName, (box.innerText || element.name).trim().slice(0, 40), size.width, size.height]);
  }
  return found;
}"""
# Each piece of text that can be seen with its size, and the fields people type in.
TEXTS = """() => {
  const found = [];
  // A picture is drawn larger or smaller than its units; half a pixel is lost to rounding.
  const scale = element => element.ownerSVGElement ? element.getScreenCTM().a : 1;
  const sizeOf = element => Math.round(2 * parseFloat(getComputedStyle(element).fontSize) * scale(element)) / 2;
  const note = (element, text) => found.push([text.trim().slice(0, 40), sizeOf(element)]);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const seen = element.checkVisibility() && !element.closest(".unseen, script, noscript");
    if (walker.currentNode.data.trim() && seen) note(element, walker.currentNode.data);
  }
  for (const field of document.querySelectorAll("input:not([type=hidden]), textarea, select")) note(field, field.name);
  return found;
}"""


def small_targets(found: list[list[Any]], least: float) -> list[list[Any]]:
    """The interactive elements that are smaller than they should be."""
    assert found != []
    return [target for target in found if min(target[2], target[3]) < least - 0.01]


async def wide(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    over: int = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return over


async def focus_on(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus, as somebody without a mouse does."""
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"forty times Tab did not reach {selector}")


async def staff_link(app: App) -> str:
    """A login link of the province's administrator, with some answers to look at."""
    form = app.live().forms["nhanh"]
    today = app.clock().date()
    made = [
        Response(
            id=f"{number:032x}", unit="sa-dec", counter=("quay1", "quay2")[number % 2], form=form.code,
            version=form.version, digest=form.digest, source="web", day=today - timedelta(days=7 * (number % 2)),
            complete=True, answers={"overall": 1 + number % 5, "attitude": 4, "waiting": 2},
        )
        for number in range(200)
    ]  # fmt: skip
    secret = f"trình-duyệt-{app.clock().timestamp()}".encode().hex()
    async with app.store.transaction() as tx:
        await tx.keep_responses(made)
        await tx.create_token("login", "dong-thap", "admin", secret, app.clock() + timedelta(hours=1))
    return f"/staff/login/{secret}"
