"""QR codes of survey addresses: for the terminal, as PNG and as SVG."""

import io
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PIXELS_PER_MODULE = 20
BLACK_ON_WHITE = "\033[38;5;16m\033[48;5;231m"
RESET = "\033[0m"

# Names by which a machine reaches itself.
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")


def is_local(address: str) -> bool:
    """Tell whether an address means the machine that opens it, so that a phone that reads its code finds nothing."""
    return urlsplit(address).hostname in LOCAL_HOSTS


def code(address: str, *, robust: bool = True) -> Any:
    """Return the QR code of an address with its quiet zone of 4 modules.

    Robust codes survive a quarter of their area being lost (level Q), others 15% (level M).
    """
    made = _unmade(address, robust=robust)
    made.make(fit=True)
    return made


def modules(address: str, *, robust: bool = True) -> int:
    """Return how many modules a side of the code has without its quiet zone; quick, as the code itself is not made.

    Version 1 has 21, and each version four more (ISO/IEC 18004, 6.3.2).
    """
    version: int = _unmade(address, robust=robust).best_fit()
    return 17 + 4 * version


def terminal(address: str, *, colours: bool) -> str:
    """Return a code drawn with half-block characters.

    With `colours` it is black on white whatever the terminal looks like; without, it is drawn for
    light letters on a dark ground.
    """
    out = io.StringIO()
    code(address, robust=False).print_ascii(out=out, invert=not colours)
    if not colours:
        return out.getvalue()
    return "".join(f"{BLACK_ON_WHITE}{line}{RESET}\n" for line in out.getvalue().splitlines())


def write_png(address: str, path: Path) -> None:
    """Write the bare code as PNG."""
    made = code(address)
    made.box_size = PIXELS_PER_MODULE
    made.make_image().save(str(path))


def write_svg(address: str, path: Path) -> None:
    """Write the bare code as SVG."""
    from qrcode.image.svg import SvgPathFillImage

    drawn = io.BytesIO()
    code(address).make_image(image_factory=SvgPathFillImage).save(drawn)
    # lxml would report a full disk with its own class of error.
    path.write_bytes(drawn.getvalue())


def svg(address: str) -> bytes:
    """Return a code for a screen as SVG."""
    from qrcode.image.svg import SvgPathFillImage

    drawn: bytes = code(address, robust=False).make_image(image_factory=SvgPathFillImage).to_string()
    return drawn


def _unmade(address: str, *, robust: bool) -> Any:
    import qrcode
    from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q

    made = qrcode.QRCode(error_correction=ERROR_CORRECT_Q if robust else ERROR_CORRECT_M, border=4)
    made.add_data(address)
    return made
