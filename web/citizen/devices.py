"""The sender of a form, as known from the request: the caller's address and the browser's name."""

from ipaddress import ip_address, ip_network

from aiohttp import web as http

from web.site import SITE, Site


def device_of(request: http.Request) -> str:
    """Name the device of a request. It is hashed with the week's key before it is counted, and not stored."""
    return f"web:{caller_of(request)} {request.headers.get('User-Agent', '')}"


def caller_of(request: http.Request) -> str:
    """Return the caller's address; of IPv6 the network, of which everybody has a whole one.

    Where the peer is a proxy of ours, the right-most address in its X-Forwarded-For is the one that came to it; where
    TRUSTED_PROXIES names several in a row, the right-most that is none of them. Otherwise the header is anybody's word.
    """
    site = request.app[SITE]
    address = request.remote or ""
    forwarded = ",".join(request.headers.getall("X-Forwarded-For", []))
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    while hops and _is_proxy(address, site):
        address = hops.pop()
        if not site.proxies:
            break
    return _network(address)


def _is_proxy(address: str, site: Site) -> bool:
    """Tell whether an address is that of a trusted proxy.

    TRUSTED_PROXIES names them. Without it: we speak no HTTPS ourselves, so a PUBLIC_URL with https:// means that one
    stands in front, on this machine or its own network.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if site.proxies:
        return any(found in network for network in site.proxies)
    return site.secure and found.is_private


def _network(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address[:64]
    return str(ip_network(f"{address}/64", strict=False)) if found.version == 6 else address
