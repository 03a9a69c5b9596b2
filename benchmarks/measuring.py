"""Helpers of the benchmarks: processes, memory, percentiles, tables."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import aiohttp

BIN = Path(sys.executable).parent


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def resident_mb(pid: int) -> float:
    """Resident memory of a process in MB (1024*1024 bytes)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"no memory figure for process {pid}")


def processor_ms(pid: int) -> float:
    """Return the processor time of all threads of a process in milliseconds, to the microsecond (Linux)."""
    spent = 0.0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):
            spent += int((thread / "schedstat").read_text().split()[0]) / 1e6
    return spent


def table(title: str, rows: Sequence[tuple[str, ...]]) -> None:
    """Print rows in columns; the first row is the header."""
    print(title)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print(
            "  "
            + row[0].ljust(widths[0])
            + "".join(f"  {cell.rjust(w)}" for cell, w in zip(row[1:], widths[1:], strict=True))
        )


class Server:
    """A program on one processor, until the block is left."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], folder: Path, processor: int | None = 0
    ) -> None:
        pinned = ["taskset", "-c", str(processor)] if processor is not None and (os.cpu_count() or 1) > 1 else []
        self._command = [*pinned, *command]
        self._environment = {**os.environ, **environment}
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """The process."""
        assert self._process is not None
        return self._process.pid

    @property
    def busy(self) -> float:
        """The seconds of processor time that it took so far, all threads together."""
        after_name = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")

    async def __aenter__(self) -> "Server":
        self._process = await asyncio.create_subprocess_exec(
            *self._command, env=self._environment, cwd=self._folder,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), 20)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


async def answering(
    client: aiohttp.ClientSession, method: str, url: str, seconds: float = 60, **options: object
) -> None:
    """Wait until a server answers a request with success."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                async with client.request(method, url, **options) as response:  # type: ignore[arg-type]
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.02)
