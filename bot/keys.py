"""The installation's secret key: from the settings, or made once and kept."""

import os
import secrets
from pathlib import Path

from bot.settings import Settings, SettingsError

LEAST_LENGTH = 32


def secret_key(settings: Settings) -> bytes:
    """Return the key that signs cookies and forms."""
    if settings.secret_key:
        given = settings.secret_key.get_secret_value()
        if len(given) < LEAST_LENGTH:
            raise SettingsError(f"SECRET_KEY: cần ít nhất {LEAST_LENGTH} ký tự")
        return given.encode()
    path = settings.data_dir / "secret.key"
    try:
        return _kept(path)
    except OSError as error:
        raise SettingsError(f"DATA_DIR: không ghi được {path}: {error.strerror}") from error


def _kept(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    key = secrets.token_hex(32).encode()
    with os.fdopen(handle, "wb") as file:
        file.write(key)
    return key
