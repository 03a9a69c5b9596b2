"""Whose request it is: the peer's, or whom a proxy of ours names."""

from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any

import pytest
from multidict import CIMultiDict

from web.citizen.devices import caller_of
from web.site import SITE


def asked(peer: str, *forwarded: str, secure: bool = False, proxies: tuple[str, ...] = ()) -> Any:
    """A request as aiohttp has it, from a peer, with X-Forwarded-For headers."""
    site = SimpleNamespace(secure=secure, proxies=[ip_network(one) for one in proxies])
    headers = CIMultiDict([("X-Forwarded-For", one) for one in forwarded])
    return SimpleNamespace(remote=peer, headers=headers, app={SITE: site})


@pytest.mark.parametrize(
    ("request_", "caller"),
    [
        (asked("9.9.9.9"), "9.9.9.9"),
        (asked("9.9.9.9", "1.1.1.1"), "9.9.9.9"),
        (asked("127.0.0.1", "1.1.1.1"), "127.0.0.1"),
        (asked("127.0.0.1", "1.1.1.1", secure=True), "1.1.1.1"),
        (asked("127.0.0.1", "5.5.5.5, 1.1.1.1", secure=True), "1.1.1.1"),
        (asked("127.0.0.1", "5.5.5.5", "10.0.0.9", secure=True), "10.0.0.9"),
        (asked("9.9.9.9", "1.1.1.1", secure=True), "9.9.9.9"),
        (asked("9.9.9.9", "5.5.5.5, 1.1.1.1", proxies=("9.9.9.9",)), "1.1.1.1"),
        (asked("10.0.0.1", "5.5.5.5, 1.1.1.1, 10.0.0.2", proxies=("10.0.0.0/8",)), "1.1.1.1"),
        (asked("127.0.0.1", "1.1.1.1", secure=True, proxies=("10.0.0.0/8",)), "127.0.0.1"),
        (asked("10.0.0.1", proxies=("10.0.0.0/8",)), "10.0.0.1"),
        (asked("10.0.0.1", "unknown", proxies=("10.0.0.0/8",)), "unknown"),
        (asked("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64"),
        (asked(""), ""),
    ],
)
def test_only_a_proxy_of_ours_is_believed(request_: Any, caller: str) -> None:
    """The right-most address that is none of our proxies; of IPv6 the network that a caller has to itself."""
    assert caller_of(request_) == caller
