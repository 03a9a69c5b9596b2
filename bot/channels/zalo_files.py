"""Files that people send to an Official Account: fetched at once, and only from the named hosts."""

import hashlib
from collections.abc import Sequence
from urllib.parse import urljoin, urlsplit

import aiohttp
import structlog

import locales
from catalog.files.limits import MOST_BYTES
from handlers.staff.catalog.ports import NotRead
from handlers.wording import plain

MOST_HOPS = 4
SECONDS = 60
_LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))
log = structlog.get_logger(__name__)


class ZaloFiles:
    """Fetches by address. `hosts` are allowed hosts, with a port if it is not the usual one; "*.name" is any below.

    Every redirection is checked against them. Only a host of this machine may be asked without TLS.
    """

    def __init__(self, hosts: Sequence[str]) -> None:
        self._hosts = hosts

    def allows(self, address: str) -> bool:
        """Tell whether an address may be asked."""
        try:
            parts = urlsplit(address)
            port, host = parts.port, parts.hostname or ""
        except ValueError:
            return False
        if parts.username or (parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK)):
            return False
        named = host if port is None or (parts.scheme, port) == ("https", 443) else f"{host}:{port}"
        return any(named == one or (one.startswith("*.") and named.endswith(one[1:])) for one in self._hosts)

    async def fetch(self, source: str) -> bytes:
        """Return a file by its address, followed by # and its MD5 if Zalo gave one; raises NotRead with a sentence."""
        address, _, checksum = source.partition("#")
        try:
            content = await self._content(address)
        except (aiohttp.ClientError, TimeoutError, PermissionError) as error:
            # aiohttp's error messages contain the address, which gives access to the file.
            reason = str(error) if isinstance(error, PermissionError) else type(error).__name__
            log.warning("zalo_file_not_fetched", reason=reason, host=urlsplit(address).hostname)
            raise NotRead(plain(locales.DEFAULT, "catalog_desk.not_fetched", channel="Zalo")) from error
        if checksum and hashlib.md5(content, usedforsecurity=False).hexdigest() != checksum.lower():
            raise NotRead(plain(locales.DEFAULT, "catalog_desk.not_fetched", channel="Zalo"))
        return content

    async def _content(self, address: str) -> bytes:
        async with aiohttp.ClientSession(trust_env=True, timeout=aiohttp.ClientTimeout(total=SECONDS)) as session:
            for _ in range(MOST_HOPS):
                if not self.allows(address):
                    raise PermissionError("host is not in ZALO_FILE_HOSTS")
                async with session.get(address, allow_redirects=False) as response:
                    if response.status in (301, 302, 303, 307, 308):
                        address = urljoin(address, response.headers.get("Location", ""))
                        continue
                    response.raise_for_status()
                    content = await response.content.read(MOST_BYTES + 1)
                    while len(content) <= MOST_BYTES and (more := await response.content.read(MOST_BYTES)):
                        content += more
                    return content
        raise PermissionError("too many redirections")
