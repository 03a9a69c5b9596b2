"""Another program that reads QR codes."""

import shutil
import subprocess
from pathlib import Path

import pytest

needs_decoder = pytest.mark.skipif(shutil.which("zbarimg") is None, reason="no independent decoder: zbarimg is missing")


def decoded(picture: Path) -> str:
    """Return what zbarimg, which shares no code with ours, reads in a picture."""
    command = [str(shutil.which("zbarimg")), "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(picture)]
    read = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603 -- our own arguments
    return read.stdout.strip()
