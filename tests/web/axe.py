"""What axe finds on a page."""

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

SMALL_PHONE = (360, 640)
SERIOUS = ("serious", "critical")
# What is not asked for stays in the browser: all that axe says of a page takes longer to send than to find. What
# passed is not written down, and no rule that is on wants style sheets read again.
RUN = """async impacts => {
  const results = await axe.run({ reporter: "no-passes", preload: { assets: ["media"] } });
  return results.violations.filter(found => impacts.includes(found.impact))
    .map(found => [found.id, found.help, found.nodes.map(node => node.target)]);
}"""


async def found_by_axe(page: Page, impacts: Sequence[str] = SERIOUS) -> list[tuple[str, str, list[Any]]]:
    """The findings of some impacts, the serious and critical ones if nothing is said: rule, help, and where."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    return [tuple(found) for found in await page.evaluate(RUN, list(impacts))]
