"""Signed tokens for cookies and survey forms, valid only in this installation."""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime


class Signer:
    """Signs short texts with the installation's secret key (HMAC-SHA-256, 128 bits kept)."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def sign(self, purpose: str, text: str) -> str:
        """Return the text with its signature: "text.signature"."""
        return f"{text}.{self._mark(purpose, text)}"

    def read(self, purpose: str, signed: str) -> str | None:
        """Return the text if its signature is valid for this purpose, else None."""
        text, _, mark = signed.rpartition(".")
        ours = self._mark(purpose, text)
        return text if text and hmac.compare_digest(_bytes(mark), _bytes(ours)) else None

    def fresh(self, purpose: str) -> tuple[str, str]:
        """Return 32 random hexadecimal digits, bare and signed."""
        text = secrets.token_hex(16)
        return text, self.sign(purpose, text)

    def fresh_at(self, purpose: str, moment: datetime) -> tuple[str, str]:
        """Return 32 random hexadecimal digits, bare, and signed together with a moment."""
        text = secrets.token_hex(16)
        return text, self.sign(purpose, f"{text}-{int(moment.timestamp() * 1000)}")

    def read_at(self, purpose: str, signed: str) -> tuple[str, datetime | None]:
        """Return the signed digits, with their moment if there is one; ("", None) if the signature is not valid."""
        text, _, moment = (self.read(purpose, signed) or "").partition("-")
        return text, datetime.fromtimestamp(int(moment) / 1000, UTC) if moment else None

    def _mark(self, purpose: str, text: str) -> str:
        signed = _bytes(f"{len(purpose)}:{purpose}:{text}")
        return hmac.new(self._key, signed, hashlib.sha256).hexdigest()[:32]


def _bytes(text: str) -> bytes:
    """Encode a text; a text from a header may hold lone surrogates (for bytes that were not UTF-8)."""
    return text.encode("utf-8", "surrogatepass")
