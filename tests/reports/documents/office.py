"""LibreOffice and poppler as other programs that open what we write."""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

SOFFICE, PDFTOTEXT = shutil.which("soffice"), shutil.which("pdftotext")
# A profile of its own, since another LibreOffice may be running; making one takes as long as opening a file.
PROFILE = tempfile.TemporaryDirectory(prefix="motcua-soffice-")
needs_soffice = pytest.mark.skipif(SOFFICE is None, reason="soffice is missing")
needs_pdf = pytest.mark.skipif(SOFFICE is None or PDFTOTEXT is None, reason="soffice or pdftotext is missing")


def converted(files: Mapping[str, bytes], to: str, folder: Path) -> dict[str, Path]:
    """Open files in LibreOffice, which computes them, and save each as another kind of file; returns them by name.

    LibreOffice takes a second of processor time to start, and a tenth of one for a file.
    """
    for name, data in files.items():
        (folder / name).write_bytes(data)
    out = folder / "out"
    profile = f"-env:UserInstallation={Path(PROFILE.name).as_uri()}"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", to, "--outdir", str(out)]
    subprocess.run([*command, *(str(folder / name) for name in files)], check=True, capture_output=True, timeout=300)  # noqa: S603 -- our own files
    return {name: (out / name).with_suffix(f".{to}") for name in files}


def pages(pdf: Path) -> list[str]:
    """The text of each page of a PDF, laid out as it is seen."""
    command = [str(PDFTOTEXT), "-layout", str(pdf), "-"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)  # noqa: S603 -- our own file
    return done.stdout.split("\f")[:-1]
