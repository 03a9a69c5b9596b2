"""The consent of an account: the link that asks for it, and what the staff page shows of the accounts."""

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from bot.channels.zalo.api import OutOfReach, Refused, ZaloApi
from bot.channels.zalo.notes import CHARGED, HEARD, TROUBLE, Notes
from bot.channels.zalo.tokens import Tokens
from bot.channels.zalo.wire import CHANNEL
from bot.settings import Settings
from storage.people.channel_notes import ChannelNote
from storage.people.grants import Grant
from storage.store import SqlStore
from web.site import Account


def consent_link(settings: Settings, callback: str, verifier: str, state: str) -> str:
    """Return the address of Zalo's page of consent for an admin; `callback` exactly as it is registered there."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {"app_id": settings.zalo_app_id, "redirect_uri": callback, "code_challenge": challenge, "state": state}
    return f"{settings.zalo_oauth_url}/v4/oa/permission?{urlencode(asked)}"


async def known_accounts(store: SqlStore, settings: Settings, now: datetime) -> list[Account]:
    """Return the accounts of the settings with what is noted about them."""
    async with store.reading() as tx:
        notes = await tx.channel_notes(CHANNEL)
        grants = {account: await tx.grant(account) for account in settings.zalo_accounts}
    return [
        _account(account, unit, [note for note in notes if note.account == account], grants[account], now)
        for account, unit in settings.zalo_accounts.items()
    ]


def _account(account: str, unit: str, notes: list[ChannelNote], grant: Grant | None, now: datetime) -> Account:
    by_kind = {note.kind: note for note in notes}
    heard, charged = by_kind.get(HEARD), by_kind.get(f"{CHARGED}{now:%Y-%m}")
    troubles = {k.removeprefix(TROUBLE): n.text for k, n in by_kind.items() if k.startswith(TROUBLE) and n.text}
    good = grant is not None and not grant.problem
    return Account(
        account,
        unit,
        until=grant.refresh_until if grant and good else None,
        troubles=troubles,
        heard_at=heard.at if heard else None,
        signed=heard.text if heard else "",
        charged=charged.count if charged else 0,
    )


class Office:
    """What the staff page needs of the accounts (`web.site.Accounts`)."""

    def __init__(
        self,
        settings: Settings,
        store: SqlStore,
        api: ZaloApi,
        tokens: Tokens,
        notes: Notes,
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._store = store
        self._api = api
        self._tokens = tokens
        self._notes = notes
        self._clock = clock

    async def accounts(self) -> list[Account]:
        """Return the accounts with what is noted about them."""
        return await known_accounts(self._store, self._settings, self._clock())

    def link(self, callback: str, verifier: str, state: str) -> str:
        """Return the address of Zalo's page where an account's admin consents."""
        return consent_link(self._settings, callback, verifier, state)

    async def accept(self, account: str, code: str, verifier: str) -> str:
        """Exchange the code of a consent for tokens and keep them; returns why that failed, else an empty text."""
        try:
            pair = await self._api.grant(code=code, code_verifier=verifier)
        except (Refused, OutOfReach) as error:
            return str(error)
        await self._tokens.store(account, pair)
        for kind in ("consent", "ends"):
            await self._notes.over(account, kind)
        return ""
