"""What every test is given: no way out of this machine, and property tests without a stopwatch."""

import ipaddress
import socket
from typing import Any

import hypothesis
import pytest

# Another program on the machine must not fail a property test.
# The same examples in every run; `pytest --hypothesis-profile=wide` looks for new ones.
hypothesis.settings.register_profile("motcua", deadline=None, derandomize=True)
hypothesis.settings.register_profile("wide", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("motcua")


class OutsideWorld(AssertionError):
    """A test tried to reach another machine."""


def is_local(family: int, address: Any) -> bool:
    """Tell whether an address stays on this machine."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = str(address[0]).partition("%")[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True)
def network_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every socket connection to anything but loopback."""

    def guarded(name: str) -> Any:
        original = getattr(socket.socket, name)

        def connect(self: socket.socket, address: Any) -> Any:
            if not is_local(self.family, address):
                raise OutsideWorld(f"a test tried to reach {address!r}")
            return original(self, address)

        return connect

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, guarded(name))


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update` writes the conversation transcripts anew; the difference is the review."""
    parser.addoption("--update", action="store_true", default=False, help="write the transcripts anew")
