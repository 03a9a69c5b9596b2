"""LibreOffice and poppler as other programs that open what we write."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

SOFFICE, PDFTOTEXT = shutil.which("soffice"), shutil.which("pdftotext")
# A profile of its own, since another LibreOffice may be running; making one takes as long as opening a file.
PROFILE = tempfile.TemporaryDirectory(prefix="motcua-soffice-")
needs_soffice = pytest.mark.skipif(SOFFICE is None, reason="soffice is missing")
needs_pdf = pytest.mark.skipif(SOFFICE is None or PDFTOTEXT is None, reason="soffice or pdftotext is missing")


def converted(data: bytes, name: str, to: str, folder: Path) -> Path:
    """Open a file in LibreOffice, which computes it, and save it as another kind of file."""
    source = folder / name
    source.write_bytes(data)
    out = folder / "out"
    profile = f"-env:UserInstallation={Path(PROFILE.name).as_uri()}"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", to, "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)  # noqa: S603 -- our own file
    return (out / name).with_suffix(f".{to}")


def pages(pdf: Path) -> list[str]:
    """The text of each page of a PDF, laid out as it is seen."""
    command = [str(PDFTOTEXT), "-layout", str(pdf), "-"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)  # noqa: S603 -- our own file
    return done.stdout.split("\f")[:-1]
