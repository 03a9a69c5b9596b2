"""Calls to Zalo's servers, and what helps after a refusal, by its code."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import aiohttp

from bot.channels.proxies import proxy_for

# When a refused call can succeed. again: later; window: once the person has written; token: with a new token;
# operator: once the operator has removed the cause; end: never.
Remedy = Literal["again", "window", "token", "operator", "end"]
CALL_SECONDS = 20
UPLOAD_SECONDS = 120
# The remedy for each value of `error` in an answer with HTTP status 200 (developers.zalo.me, "Mã lỗi").
REMEDIES: Mapping[int, Remedy] = {
    -32: "again",
    -100: "again",
    -200: "again",
    -201: "end",
    -202: "operator",
    -204: "operator",
    -205: "operator",
    -209: "operator",
    -210: "end",
    -211: "operator",
    -212: "operator",
    -213: "window",
    -216: "token",
    -217: "end",
    -218: "window",
    -219: "operator",
    -220: "token",
    -221: "operator",
    -223: "operator",
    -224: "operator",
    -227: "operator",
    -230: "window",
    -232: "window",
    -233: "end",
    -234: "again",
    -235: "operator",
    -237: "end",
    -238: "end",
    -240: "operator",
    -241: "end",
    -242: "operator",
    -244: "end",
    -248: "end",
    -249: "end",
    -305: "end",
    -311: "end",
    -320: "operator",
    -321: "operator",
    -403: "end",
    -1340: "end",
    -1341: "end",
}
# Seconds until a call is repeated, by code; for other codes the pause grows.
PAUSES: Mapping[int, float] = {-32: 20, -234: 900}


class OutOfReach(Exception):
    """Zalo did not answer, or not as documented. The message is the kind of failure, without address or token."""


class Refused(Exception):
    """Zalo answered with an error."""

    def __init__(self, code: int | None, words: str) -> None:
        super().__init__(f"{code}: {words}" if code is not None else words)
        self.code = code
        self.remedy: Remedy = REMEDIES.get(code, "end") if code is not None else "end"


@dataclass(frozen=True, slots=True)
class Pair:
    """Granted tokens; the access token lives for `seconds`."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    seconds: int


class ZaloApi:
    """A thin client of openapi.zalo.me and oauth.zaloapp.com."""

    def __init__(self, api_url: str, oauth_url: str, app_id: str, app_secret: str) -> None:
        self._api_url = api_url
        self._oauth_url = oauth_url
        self._app_id = app_id
        self._app_secret = app_secret
        self._opened: aiohttp.ClientSession | None = None
        # How many calls a minute Zalo says it takes; 0: it did not say.
        self.limit = 0

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            self._opened = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_SECONDS))
        return self._opened

    async def call(self, path: str, token: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """POST JSON; returns the `data` of the answer. Raises Refused or OutOfReach."""
        return await self._accepted("POST", path, token, json=body)

    async def ask(self, path: str, token: str) -> dict[str, Any]:
        """GET; returns the `data` of the answer. Raises Refused or OutOfReach."""
        return await self._accepted("GET", path, token)

    async def upload(self, path: str, token: str, name: str, content: bytes) -> dict[str, Any]:
        """POST a file: {"error":0,"data":{"attachment_id":"…"}} for a picture, {"data":{"token":"…"}} for a file."""
        form = aiohttp.FormData()
        form.add_field("file", content, filename=name)
        return await self._accepted("POST", path, token, data=form, timeout=aiohttp.ClientTimeout(total=UPLOAD_SECONDS))

    async def grant(self, **fields: str) -> Pair:
        """Ask for a pair of tokens, with a code (and its verifier) or a refresh token. Raises Refused or OutOfReach.

        {"access_token":"<at>","refresh_token":"<rt>","expires_in":"90000"}, or a refusal with HTTP status 200:
        {"error":-14003,"error_name":"Invalid redirect uri",…}, at times without a number. An answer without tokens
        is a refusal, whatever else it says.
        """
        headers = {"secret_key": self._app_secret}
        kind = "authorization_code" if "code" in fields else "refresh_token"
        form = {**fields, "app_id": self._app_id, "grant_type": kind}
        answer = await self._answer("POST", self._oauth_url, "/v4/oa/access_token", headers, data=form)
        access, refresh = answer.get("access_token"), answer.get("refresh_token")
        if not (isinstance(access, str) and access and isinstance(refresh, str) and refresh):
            named = answer.get("error_name") or answer.get("error_reason") or answer.get("message") or "no access token"
            raise Refused(_code(answer), _without(str(named), *fields.values(), self._app_secret))
        lasts = str(answer.get("expires_in", ""))
        return Pair(access, refresh, int(lasts) if lasts.isdecimal() else 3600)

    async def _accepted(self, method: str, path: str, token: str, **body: Any) -> dict[str, Any]:
        answer = await self._answer(method, self._api_url, path, {"access_token": token}, **body)
        code = _code(answer)
        if code != 0:
            raise Refused(code, _without(str(answer.get("message", "")), token))
        data = answer.get("data")
        return data if isinstance(data, dict) else {}

    async def _answer(
        self, method: str, server: str, path: str, headers: Mapping[str, str], **body: Any
    ) -> dict[str, Any]:
        body |= {"headers": headers, "allow_redirects": False, "proxy": proxy_for(server)}
        try:
            async with self._session.request(method, f"{server}{path}", **body) as response:
                # One source saw 401 for a token that had expired.
                if response.status == 401:
                    raise Refused(-216, "HTTP 401")
                limit = response.headers.get("X-RateLimit-Limit", "")
                self.limit = int(limit) if re.fullmatch("[0-9]{1,9}", limit) else self.limit
                answer = await response.json(content_type=None)
                if response.status >= 500 or response.status == 429 or not isinstance(answer, dict):
                    raise OutOfReach(f"HTTP {response.status}")
                return answer
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise OutOfReach(type(error).__name__) from None

    async def close(self) -> None:
        """Close the connections."""
        if self._opened:
            await self._opened.close()


def _without(words: str, *secrets: str) -> str:
    """Return Zalo's words, cut to 200 characters and without secrets, since they are logged and shown to staff."""
    for secret in filter(None, secrets):
        words = words.replace(secret, "…")
    return words[:200]


def _code(answer: Mapping[str, Any]) -> int | None:
    code = answer.get("error")
    return int(code) if isinstance(code, int | str) and str(code).lstrip("-").isdecimal() else None
