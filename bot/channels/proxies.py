"""The proxy that the environment names for an address, looked up once: aiohttp's trust_env reads files at each call."""

from functools import cache
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass


@cache
def proxy_for(address: str) -> str | None:
    """Return the proxy for a server's address (HTTPS_PROXY, HTTP_PROXY, NO_PROXY); None for a direct connection."""
    parts = urlsplit(address)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)
