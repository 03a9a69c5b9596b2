"""What a form was sent from, as far as a request tells: the caller's address and the browser's name."""

from ipaddress import ip_address

from aiohttp import web as http

from web.site import SITE


def device_of(request: http.Request) -> str:
    """Name the device of a request. It is hashed with the week's key before it is counted, and not stored."""
    return f"web:{_caller(request)} {request.headers.get('User-Agent', '')}"


def _caller(request: http.Request) -> str:
    """The caller's address.

    We speak no HTTPS ourselves: a PUBLIC_URL with https:// means that a proxy stands in front, and the
    right-most address in its X-Forwarded-For is the one it saw. Without that the header is anybody's word.
    """
    peer = request.remote or ""
    forwarded = request.headers.getall("X-Forwarded-For", [])
    if forwarded and request.app[SITE].secure and _is_near(peer):
        return forwarded[-1].rpartition(",")[2].strip()
    return peer


def _is_near(address: str) -> bool:
    """Whether an address is of this machine or its own network, as a proxy's is."""
    try:
        return ip_address(address).is_private
    except ValueError:
        return False
