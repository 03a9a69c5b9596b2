"""The installation's secret key: from the settings, or made once and kept."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from bot.settings import Settings, SettingsError
from locales.system_errors import reason

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
        raise SettingsError(f"DATA_DIR: không ghi được {path}: {reason(error)}") from error


def _kept(path: Path) -> bytes:
    """Read the key, or first write a new one: a crash leaves no partial key, and two starts at once get the same."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name) as made:
            made.write(secrets.token_hex(32).encode())
            made.flush()
            os.fsync(made.fileno())
            with suppress(FileExistsError):
                os.link(made.name, path)
    key = path.read_bytes()
    if len(key.strip(b"\0 \r\n")) < LEAST_LENGTH:
        raise SettingsError(f"DATA_DIR: {path} hỏng. Xóa tệp đó rồi chạy lại: cán bộ sẽ phải đăng nhập lại.")
    return key
