"""The link from our pages and posters to an account in Zalo."""

from collections.abc import Mapping
from urllib.parse import quote

from bot.settings import Settings
from catalog.catalogs import lineage
from handlers.world import Unit


def account_link(settings: Settings, units: Mapping[str, Unit], unit: str, words: str = "") -> str:
    """Return the link to the account that speaks for a unit, or else to the first one; empty if Zalo is off.

    `words` are filled into the message box if the setting says that Zalo does that. A link carries nothing else.
    """
    accounts = {spoken_for: account for account, spoken_for in reversed(settings.zalo_accounts.items())}
    if not accounts:
        return ""
    above = lineage(unit, {one.code: one.parent for one in units.values()})
    first = next(iter(settings.zalo_accounts))
    account = next((accounts[code] for code in above if code and code in accounts), first)
    return f"https://zalo.me/{account}{f'?text={quote(words)}' if words and settings.zalo_prefill else ''}"
