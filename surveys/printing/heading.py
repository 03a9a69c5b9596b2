"""The heading of printed paper, and its remarks: that it is a sample, or that not everybody can open its code."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import locales

THIS_MACHINE = "Mã chỉ mở được trên máy này; đặt PUBLIC_URL rồi in lại"
THIS_NETWORK = "Mã chỉ mở được trong mạng nội bộ này; đặt PUBLIC_URL rồi in lại"
_INNER = (".local", ".lan", ".internal", ".home.arpa", ".localdomain")


@dataclass(frozen=True, slots=True)
class Heading:
    """The address of the citizens' pages, the unit and the round; `remarks` say what the paper is not fit for."""

    address: str
    unit: str
    round_name: str
    remarks: Sequence[str] = ()


def remarks(address: str, *, sample: bool) -> tuple[str, ...]:
    """Return the remarks for paper whose code leads to an address; `sample`: the unit is a made-up one."""
    return tuple(filter(None, (locales.text(locales.DEFAULT, "sample.mark") if sample else "", reach(address))))


def reach(address: str) -> str:
    """Say from where an address can be opened; empty if everybody can open it."""
    host = (urlsplit(address).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return THIS_MACHINE
    try:
        number = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return THIS_NETWORK if "." not in host or host.endswith(_INNER) else ""
    if number.is_loopback or number.is_unspecified:
        return THIS_MACHINE
    return "" if number.is_global else THIS_NETWORK
