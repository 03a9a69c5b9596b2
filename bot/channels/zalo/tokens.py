"""The tokens of Zalo accounts: refreshed ahead of time by one process at a time, stored before they are used."""

import asyncio
import base64
import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.channels.zalo.api import OutOfReach, Pair, Refused, ZaloApi
from bot.channels.zalo.notes import Notes
from bot.nursery import Nursery
from bot.settings import Settings
from storage.people.grants import Grant
from storage.store import SqlStore

# An access token lives 25 hours; refreshed this long before its end, it is refreshed twice a day.
AHEAD = timedelta(hours=13)
# A refresh token is good for three months.
REFRESHABLE = timedelta(days=90)
WARNED = timedelta(days=14)
# Longer than the time-out of the call.
LEASE = timedelta(seconds=60)
LOOK_SECONDS = 600
WAIT_SECONDS = 0.5
CONSENT = "xin cấp quyền lại: motcua zalo login"
log = structlog.get_logger(__name__)


class NoToken(Exception):
    """There is no token now; with `consent`, there is none until somebody consents again."""

    def __init__(self, reason: str, *, consent: bool) -> None:
        super().__init__(reason)
        self.consent = consent


class Cipher:
    """Encrypts with the installation's key."""

    def __init__(self, key: bytes) -> None:
        # Imported only if Zalo is on: this takes a tenth of a second.
        from cryptography.fernet import Fernet, InvalidToken

        derived = hashlib.blake2b(b"motcua channel tokens", key=hashlib.sha256(key).digest(), digest_size=32).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))
        self._wrong = InvalidToken

    def close(self, text: str) -> str:
        """Encrypt."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, text: str) -> str:
        """Decrypt; raises NoToken if the text was encrypted with another key."""
        try:
            return self._fernet.decrypt(text.encode()).decode()
        except self._wrong:
            raise NoToken(f"SECRET_KEY đã đổi, {CONSENT}", consent=True) from None


class Tokens:
    """Gives the access token of each account. `seeds` are refresh tokens from the settings, by account."""

    def __init__(
        self,
        store: SqlStore,
        api: ZaloApi,
        nursery: Nursery,
        key: bytes,
        clock: Callable[[], datetime],
        seeds: Mapping[str, str],
    ) -> None:
        self._store = store
        self._api = api
        self._nursery = nursery
        self._cipher = Cipher(key)
        self._clock = clock
        self._seeds = {account: seed for account, seed in seeds.items() if seed}
        self._known: dict[str, tuple[str, datetime]] = {}
        self._changing: dict[str, asyncio.Lock] = {}

    async def access(self, account: str) -> str:
        """Return a token that has not expired; raises NoToken or OutOfReach."""
        token, until = self._known.get(account, ("", None))
        if until and self._clock() < until:
            return token
        grant = await self._grant(account)
        if not grant.access or grant.expires_at <= self._clock():
            grant = await self._changed(grant)
        return self._remember(grant)

    async def renewed(self, account: str, refused: str) -> str:
        """Return a token other than the one that Zalo refused."""
        self._known.pop(account, None)
        grant = await self._grant(account)
        if not grant.access or self._cipher.open(grant.access) == refused:
            grant = await self._changed(grant)
        return self._remember(grant)

    async def keep(self, account: str, notes: Notes) -> None:
        """Refresh in good time, until cancelled; what the operator must put right goes into `notes`."""
        while True:
            try:
                grant = await self._grant(account)
                if not grant.access or grant.expires_at - self._clock() < AHEAD:
                    grant = await self._changed(grant)
                await notes.over(account, "consent")
                if grant.refresh_until - self._clock() < WARNED:
                    await notes.trouble(account, "ends", f"{grant.refresh_until:%d/%m/%Y}")
                else:
                    await notes.over(account, "ends")
            except NoToken as error:
                await notes.trouble(account, "consent", str(error))
            except Exception as error:
                log.warning("zalo_token_not_refreshed", account=account, reason=type(error).__name__)
            await asyncio.sleep(LOOK_SECONDS)

    async def store(self, account: str, pair: Pair) -> None:
        """Store a pair of tokens that was granted after a consent."""
        async with self._store.transaction() as tx:
            before = await tx.grant(account)
            version = before.version + 1 if before else 1
            # The digest of the token in the settings is kept, or that token would replace this pair at the next start.
            await tx.keep_grant(self._encrypted(account, pair, version, _digest(self._seeds.get(account, ""))))

    def _encrypted(self, account: str, pair: Pair, version: int, seed: str) -> Grant:
        now = self._clock()
        access, refresh = self._cipher.close(pair.access), self._cipher.close(pair.refresh)
        return Grant(account, access, refresh, now + timedelta(seconds=pair.seconds), now + REFRESHABLE, version, seed)

    def _remember(self, grant: Grant) -> str:
        token = self._cipher.open(grant.access)
        self._known[grant.account] = token, grant.expires_at
        return token

    async def _grant(self, account: str) -> Grant:
        """Return the stored tokens of an account; a new refresh token in the settings replaces them first."""
        async with self._store.reading() as tx:
            grant = await tx.grant(account)
        seed = self._seeds.get(account, "")
        if seed and (grant is None or grant.seed != _digest(seed)):
            now = self._clock()
            version = grant.version + 1 if grant else 0
            sown = Grant(account, "", self._cipher.close(seed), now, now + REFRESHABLE, version, _digest(seed))
            async with self._store.transaction() as tx:
                if await tx.grant(account) == grant:
                    await tx.keep_grant(sown)
            return await self._grant(account)
        if grant is None:
            raise NoToken(f"chưa được cấp quyền, {CONSENT}", consent=True)
        return grant

    async def _changed(self, grant: Grant) -> Grant:
        """Exchange a pair for the next one, or wait for the process that does."""
        async with self._changing.setdefault(grant.account, asyncio.Lock()):
            while True:
                latest = await self._grant(grant.account)
                if latest.version != grant.version and latest.access:
                    return latest
                if latest.problem:
                    raise NoToken(f"{latest.problem}; {CONSENT}", consent=True)
                if changed := await self._uninterrupted(latest):
                    return changed
                await asyncio.sleep(WAIT_SECONDS)

    async def _uninterrupted(self, grant: Grant) -> Grant | None:
        """Lease a pair and exchange it, even if the caller is cancelled; returns None if another process leases it.

        An abandoned lease would make all others wait, and an abandoned exchange would lose the only valid pair.
        """
        done: asyncio.Future[Grant | None] = asyncio.get_running_loop().create_future()

        async def work() -> None:
            try:
                done.set_result(await self._exchange(grant) if await self._lease(grant) else None)
            except Exception as error:
                done.set_exception(error)

        self._nursery.start(work(), name="zalo-token")
        return await asyncio.shield(done)

    async def _lease(self, grant: Grant) -> bool:
        """Take the lease for exchanging a pair; returns whether this process got it."""
        now = self._clock()
        async with self._store.transaction(urgent=True) as tx:
            return await tx.lease_grant(grant.account, grant.version, now, now + LEASE)

    async def _exchange(self, grant: Grant) -> Grant:
        """Ask for the next pair under the lease. If an earlier lease was broken off, its token may be spent."""
        try:
            pair = await self._api.grant(refresh_token=self._cipher.open(grant.refresh))
        except Refused as error:
            spent = error.remedy != "again"
            async with self._store.transaction(urgent=True) as tx:
                await tx.end_lease(grant.account, grant.version, str(error) if spent else "")
            if not spent:
                raise OutOfReach(str(error)) from error
            raise NoToken(f"{error}; {CONSENT}", consent=True) from error
        except Exception:
            async with self._store.transaction(urgent=True) as tx:
                await tx.end_lease(grant.account, grant.version)
            raise
        new = self._encrypted(grant.account, pair, grant.version + 1, grant.seed)
        while True:
            try:
                async with self._store.transaction(urgent=True) as tx:
                    await tx.keep_grant(new)
            except Exception:
                # The old pair is spent: without this one somebody would have to consent again.
                log.exception("zalo_token_not_stored", account=grant.account)
                await asyncio.sleep(WAIT_SECONDS)
            else:
                log.info("zalo_token_refreshed", account=grant.account)
                return new


def zalo_client(
    settings: Settings, store: SqlStore, nursery: Nursery, key: bytes, clock: Callable[[], datetime]
) -> tuple[ZaloApi, Tokens]:
    """Make the client of Zalo's servers and the keeper of its tokens."""
    secret = settings.zalo_app_secret.get_secret_value() if settings.zalo_app_secret else ""
    api = ZaloApi(settings.zalo_api_url, settings.zalo_oauth_url, settings.zalo_app_id, secret)
    seed = settings.zalo_refresh_token.get_secret_value() if settings.zalo_refresh_token else ""
    return api, Tokens(store, api, nursery, key, clock, dict.fromkeys(list(settings.zalo_accounts)[:1], seed))


def _digest(seed: str) -> str:
    return hashlib.sha256(seed.encode()).hexdigest() if seed else ""
