"""Settings from the environment or `.env`: one typed object, refused with a clear sentence when it is wrong."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot import wrong_values
from locales.system_errors import reason
from surveys.printing.qr import LOCAL_HOSTS


class SettingsError(Exception):
    """Settings that cannot be used; one line for each mistake, naming the setting."""


class Settings(BaseSettings):
    """What the operator can set. `.env.example` explains each."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True)

    database_url: SecretStr = SecretStr("sqlite:///var/motcua.db")
    data_dir: Path = Path("var")
    listen_host: str = "127.0.0.1"
    listen_port: int = Field(default=8080, ge=1, le=65535)
    public_url: str = ""
    secret_key: SecretStr | None = None
    metrics_token: SecretStr | None = None
    timezone: str = "Asia/Ho_Chi_Minh"
    home_unit: str = ""
    satisfaction_target: int = Field(default=90, ge=0, le=100)
    log_format: Literal["text", "json"] = "text"
    report_due_day: int = Field(default=20, ge=1, le=31)
    report_days_before: int = Field(default=3, ge=0, le=60)
    dossiers_due_days: int = Field(default=2, ge=0, le=30)
    report_place: str = ""
    trusted_proxies: str = ""
    chat_megabytes_a_day: int = Field(default=500, ge=1, le=1_000_000)

    telegram_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr | None = None
    telegram_reply_in_response: bool = False

    zalo_app_id: str = Field(default="", pattern=r"^[0-9]*$")
    zalo_app_secret: SecretStr | None = None
    zalo_oa_id: str = ""
    zalo_oa_secret: SecretStr | None = None
    zalo_refresh_token: SecretStr | None = None
    zalo_api_url: str = "https://openapi.zalo.me"
    zalo_oauth_url: str = "https://oauth.zaloapp.com"
    zalo_signature: Literal["any", "app-body", "app-header", "oa-body", "oa-header"] = "any"
    zalo_file_hosts: str = "*.dlfl.vn,*.flchat.vn,*.dlmd.me"
    zalo_silence_seconds: int = Field(default=3600, ge=0, le=604_800)
    zalo_paid_messages: bool = False
    zalo_calls_a_minute: int = Field(default=4000, ge=1, le=4000)
    zalo_reaction: str = Field(default="/-strong", pattern=r"^[!-~]{1,20}$")
    zalo_prefill: bool = False
    zalo_groups: bool = False
    zalo_bot_token: SecretStr | None = None
    zalo_bot_api_url: str = "https://bot-api.zaloplatforms.com"
    zalo_bot_mode: Literal["polling", "webhook"] = "polling"
    zalo_bot_webhook_secret: SecretStr | None = None

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"không có múi giờ {value!r}; ví dụ Asia/Ho_Chi_Minh") from error
        return value

    @field_validator("public_url", "telegram_api_url", "zalo_api_url", "zalo_oauth_url", "zalo_bot_api_url")
    @classmethod
    def _plain_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname or value != "".join(value.split())):
            raise ValueError(f"{value!r} không phải địa chỉ http:// hoặc https://")
        if parts.query or parts.fragment:
            raise ValueError(f"{value!r} có phần sau dấu ? hoặc #; chỉ viết địa chỉ")
        return value.rstrip("/")

    @field_validator("zalo_oa_id")
    @classmethod
    def _accounts(cls, value: str) -> str:
        if not re.fullmatch(r"(?:[0-9]+(?::[\w-]+)?(?:\s*,\s*(?!$)|$))*", value):
            raise ValueError("cần số của tài khoản OA; nhiều tài khoản viết như 444:phuong-a, 445:xa-b")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for part in filter(None, map(str.strip, value.split(","))):
            try:
                ip_network(part, strict=False)
            except ValueError as error:
                raise ValueError(
                    f"{part!r} không phải địa chỉ hay mạng; viết như 10.0.0.5, 172.18.0.0/16, cách nhau bằng dấu phẩy"
                ) from error
        return value

    @field_validator("telegram_token")
    @classmethod
    def _token_form(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", value.get_secret_value()):
            raise ValueError("không giống mã do @BotFather cấp (dạng 123456:ABC-…)")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _long_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[!-~]{16,256}", value.get_secret_value()):
            raise ValueError("cần 16 đến 256 ký tự ASCII, không có khoảng trắng")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _secret_characters(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("cần 1 đến 256 ký tự A-Z a-z 0-9 _ -")
        return value

    @field_validator("zalo_bot_webhook_secret")
    @classmethod
    def _bot_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[!-~]{8,256}", value.get_secret_value()):
            raise ValueError("cần 8 đến 256 ký tự ASCII, không có khoảng trắng")
        return value

    @model_validator(mode="after")
    def _whole_zalo(self) -> "Settings":
        needed = ("zalo_app_id", "zalo_app_secret", "zalo_oa_id", "zalo_oa_secret")
        missing = [name.upper() for name in needed if not getattr(self, name)]
        if (len(missing) < len(needed) or self.zalo_refresh_token) and missing:
            raise ValueError(f"kênh Zalo còn thiếu {', '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _whole_zalo_bot(self) -> "Settings":
        if self.zalo_bot_webhook_secret and not self.zalo_bot_token:
            raise ValueError("có ZALO_BOT_WEBHOOK_SECRET nhưng thiếu ZALO_BOT_TOKEN")
        if self.zalo_bot_token and self.zalo_bot_mode == "webhook":
            if not self.zalo_bot_webhook_secret:
                raise ValueError("ZALO_BOT_MODE=webhook cần ZALO_BOT_WEBHOOK_SECRET (8 đến 256 ký tự)")
            if not self.public_url:
                raise ValueError("ZALO_BOT_MODE=webhook cần PUBLIC_URL, địa chỉ https:// mà Zalo gọi tới")
        return self

    @model_validator(mode="after")
    def _whole_channels(self) -> "Settings":
        if self.telegram_mode == "webhook" and self.telegram_token and not self.telegram_webhook_secret:
            raise ValueError("TELEGRAM_MODE=webhook cần TELEGRAM_WEBHOOK_SECRET (1 đến 256 ký tự A-Z a-z 0-9 _ -)")
        if self.telegram_mode == "webhook" and self.telegram_token and not self.public_url:
            raise ValueError("TELEGRAM_MODE=webhook cần PUBLIC_URL, địa chỉ https:// mà Telegram gọi tới")
        address = urlsplit(self.public_url)
        if self.telegram_mode == "webhook" and address.scheme == "http" and address.hostname not in LOCAL_HOSTS:
            raise ValueError("TELEGRAM_MODE=webhook cần PUBLIC_URL bắt đầu bằng https://")
        if self.telegram_webhook_secret and not self.telegram_token:
            raise ValueError("có TELEGRAM_WEBHOOK_SECRET nhưng thiếu TELEGRAM_TOKEN")
        return self

    @property
    def address(self) -> str:
        """The address people reach the pages at."""
        host = "127.0.0.1" if self.listen_host in ("", "0.0.0.0", "::") else self.listen_host  # noqa: S104 -- compared, not bound
        return self.public_url or f"http://{f'[{host}]' if ':' in host else host}:{self.listen_port}"

    @property
    def zalo_accounts(self) -> dict[str, str]:
        """The Zalo accounts with the codes of the units they speak for, empty for HOME_UNIT."""
        named = (part.strip().partition(":") for part in self.zalo_oa_id.split(",") if part.strip())
        return {account: unit for account, _, unit in named}

    @property
    def proxies(self) -> list[IPv4Network | IPv6Network]:
        """The networks of the proxies that stand in front of the pages."""
        return [ip_network(part, strict=False) for part in map(str.strip, self.trusted_proxies.split(",")) if part]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that days and weeks are counted in."""
        return ZoneInfo(self.timezone)


def load() -> Settings:
    """Read the settings; SettingsError names every mistake."""
    try:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f".env: không đọc được ({reason(error)}); lưu lại tệp dạng UTF-8, cho phép đọc") from error
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(mistake) for mistake in error.errors(include_input=False))) from None


def _sentence(mistake: object) -> str:
    values = dict(mistake)  # type: ignore[call-overload]
    name = ".".join(str(part) for part in values["loc"]).upper()
    found = wrong_values.sentence(values)
    return f"{name}: {found}" if name else found
