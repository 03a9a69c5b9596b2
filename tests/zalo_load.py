"""Many conversations at a time through an account whose servers are slow and fail, and that repeats its events."""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web as http

from tests.zalo_api import ZaloServer, said, signature, visible

QUESTIONS = (
    "đăng ký khai sinh cần giấy tờ gì",
    "lệ phí kết hôn",
    "khai tử mất bao lâu",
    "chứng thực bản sao ở đâu",
    "giấy tờ đăng ký tạm trú",
    "xác nhận tình trạng hôn nhân lệ phí",
)
CALM = "100"


@dataclass
class RoughServer(ZaloServer):
    """Zalo's servers on a bad day: of the sends so many in a hundred are refused, unanswered or slow."""

    chance: random.Random = field(default_factory=lambda: random.Random(7))
    failing: int = 6
    slow: int = 4
    slow_seconds: float = 1.0

    async def _message(self, request: http.Request) -> http.Response:
        if (await request.json())["recipient"]["user_id"] != CALM:
            drawn = self.chance.randrange(100)
            if drawn < self.failing:
                return http.json_response({"error": -200, "message": "send failed"}, status=200 if drawn % 2 else 502)
            if drawn < self.failing + self.slow:
                await asyncio.sleep(self.slow_seconds)
        return await super()._message(request)


@dataclass
class Load:
    """What is sent: so many conversations, each the same questions. `a_second`: events, 0 for as fast as it goes."""

    address: str
    server: ZaloServer
    conversations: int
    questions: Sequence[str] = QUESTIONS
    a_second: float = 0
    repeated: int = 10
    waits: list[float] = field(default_factory=list)

    async def run(self, client: aiohttp.ClientSession) -> list[str]:
        """Send everything; returns what one person is answered while nothing else happens."""
        for number, question in enumerate(self.questions):
            await self._post(client, CALM, number, question)
            await self.server.until(lambda number=number: len(self.server.to(CALM)) > number)  # type: ignore[misc]
        self.waits.clear()
        await asyncio.gather(*(self._converse(client, n) for n in range(self.conversations)))
        return [visible(call) for call in self.server.to(CALM)]

    @property
    def people(self) -> list[str]:
        """The people who write."""
        return [str(1000 + number) for number in range(self.conversations)]

    async def _converse(self, client: aiohttp.ClientSession, number: int) -> None:
        started = asyncio.get_running_loop().time()
        chance = random.Random(number)
        for step, question in enumerate(self.questions):
            if self.a_second:
                due = started + (step * self.conversations + number) / self.a_second
                await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
            await self._post(client, self.people[number], step, question)
            if chance.randrange(100) < self.repeated:
                await self._post(client, self.people[number], step, question, num_retry="1")

    async def _post(self, client: aiohttp.ClientSession, user: str, step: int, question: str, **headers: str) -> None:
        event = said(f"{user}-{step}", question, user)
        body = json.dumps(event, ensure_ascii=False).encode()
        headers["X-ZEvent-Signature"] = signature(body, event["timestamp"])
        started = time.perf_counter()
        async with client.post(f"{self.address}/zalo/webhook", data=body, headers=headers) as response:
            await response.read()
            assert response.status == 200, response.status
        self.waits.append(time.perf_counter() - started)

    async def finished(self, expected: Sequence[str], seconds: float = 60) -> dict[str, int]:
        """Wait until everybody is answered; returns how many people lack, got twice, or in another order."""
        wanted = len(expected) * (self.conversations + 1)
        try:
            await self.server.until(lambda: len(self.server.sent) >= wanted, seconds)
            await asyncio.sleep(0.5)
        except TimeoutError:
            pass
        by_person: dict[str, list[str]] = {user: [] for user in self.people}
        for call in self.server.sent:
            by_person.get(call["recipient"]["user_id"], []).append(visible(call))
        found = {"lost": 0, "twice": 0, "order": 0}
        for texts in by_person.values():
            found["lost"] += len(texts) < len(expected)
            found["twice"] += len(texts) > len(expected)
            found["order"] += len(texts) == len(expected) and texts != list(expected)
        return found
