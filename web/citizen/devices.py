"""The sender of a form, as known from the request: the caller's address and the browser's name."""

from ipaddress import ip_address, ip_network

from aiohttp import web as http

from web.site import SITE, Site


def device_of(request: http.Request) -> str:
    """Return a name of the requesting device. The name is hashed with the week's key for counting, and not stored."""
    return f"web:{caller_of(request)} {request.headers.get('User-Agent', '')}"


def caller_of(request: http.Request) -> str:
    """Return the caller's address; for IPv6 its /64 network, since every caller has a whole one.

    If the peer is a proxy of ours, the caller is the right-most address in X-Forwarded-For; if TRUSTED_PROXIES is set,
    the right-most address that is none of them. From any other peer the header is ignored, since anybody can write it.
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

    TRUSTED_PROXIES names them. If it is not set: we do not serve HTTPS, so a PUBLIC_URL with https:// means that a
    proxy is in front; any address of this machine or of a private network is then trusted.
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
