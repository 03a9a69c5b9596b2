"""A Prometheus counter of how often each limit acted."""

from typing import Literal

from prometheus_client import Counter

Limit = Literal["budget", "work", "stale", "codes", "alerts", "length", "pace", "sessions", "volume"]
LIMITED = Counter("motcua_limited_total", "How often a limit acted", ["limit"])


def acted(limit: Limit, times: int = 1) -> None:
    """Note that a limit acted."""
    LIMITED.labels(limit).inc(times)
