"""Settings and .env.example cannot disagree, secrets stay secret, and a mistake is named by its setting."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings, SettingsError, load

EXAMPLE = Path(__file__).parent.parent / ".env.example"
TOKEN = "4200:AAE-bi-mat-cua-phuong"
SECRET = "Bi_Mat-Webhook_42"
WEBHOOK = {
    "TELEGRAM_TOKEN": TOKEN,
    "TELEGRAM_MODE": "webhook",
    "TELEGRAM_WEBHOOK_SECRET": SECRET,
    "PUBLIC_URL": "https://motcua.example.vn",
}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine or of a .env file in the working folder has an effect."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def with_environment(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> Settings:
    """Load the settings of an environment."""
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return load()


def refusal(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> str:
    """Return what is said about settings that cannot be used."""
    with pytest.raises(SettingsError) as refused:
        with_environment(monkeypatch, values)
    assert refused.value.__cause__ is None
    return str(refused.value)


def example() -> dict[str, str]:
    """The settings that .env.example lists, in its order."""
    lines = EXAMPLE.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def written(value: object) -> str:
    """A default as it stands in .env.example."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def test_the_example_file_lists_exactly_the_settings_with_their_defaults() -> None:
    """Whoever copies the file sees all there is to set, and changes nothing by copying it."""
    assert example() == {name.upper(): written(field.default) for name, field in Settings.model_fields.items()}


def test_the_example_file_explains_every_setting() -> None:
    """A comment stands above each setting or above the pair it belongs to."""
    blocks = re.split(r"(?m)^#.*\n(?:#.*\n)*", EXAMPLE.read_text("utf-8"))
    assert [block for block in blocks[1:] if len(re.findall(r"(?m)^\w+=", block)) > 2] == []
    assert [
        line for line in EXAMPLE.read_text("utf-8").splitlines() if line and not re.match(r"#|[A-Z_]+=", line)
    ] == []


def test_the_example_file_used_as_it_is_changes_nothing(tmp_path: Path) -> None:
    """Empty lines in it mean the default."""
    plain = Settings()
    (tmp_path / ".env").write_text(EXAMPLE.read_text("utf-8"), "utf-8")
    assert load() == plain


def test_a_file_named_env_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The usual order: environment over file over default."""
    (tmp_path / ".env").write_text("LISTEN_PORT=9000\nHOME_UNIT=sadec\nlog_format=json\n", "utf-8")
    settings = with_environment(monkeypatch, {"LISTEN_PORT": "9001"})
    assert (settings.listen_port, settings.home_unit, settings.log_format) == (9001, "sadec", "json")


def test_an_empty_variable_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container that passes every variable on, empty or not, starts."""
    assert with_environment(monkeypatch, dict.fromkeys(example(), "")) == Settings()


def test_nothing_is_needed_to_start() -> None:
    """No account, no token, no file: SQLite on this machine."""
    settings = load()
    assert settings.database_url.get_secret_value() == "sqlite:///var/motcua.db"
    assert (settings.telegram_token, settings.secret_key) == (None, None)
    assert (settings.address, settings.zone.key) == ("http://127.0.0.1:8080", "Asia/Ho_Chi_Minh")


SECRETS = {
    "TELEGRAM_TOKEN": TOKEN,
    "TELEGRAM_WEBHOOK_SECRET": SECRET,
    "SECRET_KEY": "khoa-ky-that-dai-cua-phuong-sa-dec-2026",
    "DATABASE_URL": "postgresql://motcua:mat-khau-that@db.example.vn/motcua",
}


@pytest.mark.parametrize(
    "show", [repr, str, lambda settings: str(settings.model_dump()), lambda s: s.model_dump_json()]
)
def test_secrets_are_masked_wherever_settings_are_shown(monkeypatch: pytest.MonkeyPatch, show: object) -> None:
    """A log line with the settings in it gives nothing away, and the values themselves are there for use."""
    settings = with_environment(monkeypatch, SECRETS)
    shown = show(settings)
    assert [name for name, value in SECRETS.items() if value in shown or "mat-khau-that" in shown] == []
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == TOKEN
    assert "mat-khau-that" in settings.database_url.get_secret_value()


def test_every_setting_that_sounds_secret_is_one() -> None:
    """A new token or secret cannot be declared as a bare text."""
    bare = [
        name
        for name, field in Settings.model_fields.items()
        if re.search(r"token|secret|password|key$", name) and "SecretStr" not in str(field.annotation)
    ]
    assert bare == []


@pytest.mark.parametrize(
    "mistake",
    [
        {"LISTEN_PORT": "cửa"},
        {"TIMEZONE": "Sao/Hoa"},
        {"PUBLIC_URL": ""},
        {"LOG_FORMAT": "xml", "TELEGRAM_MODE": "chậm"},
    ],
)
def test_no_mistake_shows_a_secret(monkeypatch: pytest.MonkeyPatch, mistake: dict[str, str]) -> None:
    """What is printed about one setting does not carry the others along."""
    said = refusal(monkeypatch, SECRETS | {"TELEGRAM_MODE": "webhook"} | mistake)
    assert [name for name, value in SECRETS.items() if value in said] == []
    assert "input" not in said


HALF_SET: dict[str, tuple[dict[str, str], str]] = {
    "a webhook without its secret": (
        WEBHOOK | {"TELEGRAM_WEBHOOK_SECRET": ""},
        "TELEGRAM_MODE=webhook cần TELEGRAM_WEBHOOK_SECRET (1 đến 256 ký tự A-Z a-z 0-9 _ -)",
    ),
    "a webhook without an address": (
        WEBHOOK | {"PUBLIC_URL": ""},
        "TELEGRAM_MODE=webhook cần PUBLIC_URL, địa chỉ https:// mà Telegram gọi tới",
    ),
    "a secret without a token": (
        {"TELEGRAM_WEBHOOK_SECRET": SECRET},
        "có TELEGRAM_WEBHOOK_SECRET nhưng thiếu TELEGRAM_TOKEN",
    ),
    "a webhook with everything but a token": (
        WEBHOOK | {"TELEGRAM_TOKEN": ""},
        "có TELEGRAM_WEBHOOK_SECRET nhưng thiếu TELEGRAM_TOKEN",
    ),
}


@pytest.mark.parametrize(("values", "said"), HALF_SET.values(), ids=HALF_SET)
def test_half_set_credentials_stop_the_start_with_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], said: str
) -> None:
    """A channel that cannot work is not started silently without it."""
    assert refusal(monkeypatch, values) == said


@pytest.mark.parametrize("values", [{"TELEGRAM_TOKEN": TOKEN}, WEBHOOK, {"TELEGRAM_TOKEN": TOKEN} | WEBHOOK])
def test_whole_credentials_are_taken(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    """Polling needs the token alone, a webhook all four."""
    settings = with_environment(monkeypatch, values)
    assert settings.telegram_token is not None
    assert settings.telegram_mode == values.get("TELEGRAM_MODE", "polling")


@pytest.mark.parametrize("secret", ["bí mật", "co khoang trang", "a" * 257, "dau+cong"])
def test_a_webhook_secret_that_telegram_refuses_is_refused_here(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    """Telegram takes 1 to 256 of A-Z a-z 0-9 _ -; the start is the time to say so, without repeating the secret."""
    said = refusal(monkeypatch, WEBHOOK | {"TELEGRAM_WEBHOOK_SECRET": secret})
    assert "TELEGRAM_WEBHOOK_SECRET" in said
    assert secret not in said


WRONG: dict[str, tuple[dict[str, str], str]] = {
    "an unknown zone": (
        {"TIMEZONE": "Asia/Sai_Gon"},
        "TIMEZONE: không có múi giờ 'Asia/Sai_Gon'; ví dụ Asia/Ho_Chi_Minh",
    ),
    "a zone that is a folder": ({"TIMEZONE": "Asia"}, "TIMEZONE: không có múi giờ 'Asia'; ví dụ Asia/Ho_Chi_Minh"),
    "a zone that is a path": (
        {"TIMEZONE": "../../etc/passwd"},
        "TIMEZONE: không có múi giờ '../../etc/passwd'; ví dụ Asia/Ho_Chi_Minh",
    ),
    "an address without a scheme": (
        {"PUBLIC_URL": "motcua.example.vn"},
        "PUBLIC_URL: 'motcua.example.vn' không phải địa chỉ http:// hoặc https://",
    ),
    "an address of another kind": (
        {"PUBLIC_URL": "ftp://motcua.example.vn"},
        "PUBLIC_URL: 'ftp://motcua.example.vn' không phải địa chỉ http:// hoặc https://",
    ),
    "an address without a host": (
        {"TELEGRAM_API_URL": "https://"},
        "TELEGRAM_API_URL: 'https://' không phải địa chỉ http:// hoặc https://",
    ),
}


@pytest.mark.parametrize(("values", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_zone_or_address_is_named_with_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], said: str
) -> None:
    """One line: the setting, the value, and what it should look like."""
    assert refusal(monkeypatch, values) == said


@pytest.mark.parametrize("url", ["http://[", "https://[::1", "http://a b.vn"])
def test_an_address_that_is_no_address_at_all_is_named(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Even what cannot be parsed ends in a sentence with the setting's name."""
    assert refusal(monkeypatch, {"PUBLIC_URL": url}).startswith("PUBLIC_URL: ")


@pytest.mark.parametrize("port", ["0", "-1", "65536", "cửa", "80.5", "8080;"])
def test_a_wrong_port_is_named(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    """Anything but 1 to 65535 is refused by name."""
    assert refusal(monkeypatch, {"LISTEN_PORT": port}).startswith("LISTEN_PORT: ")


@pytest.mark.parametrize(("name", "value"), [("LOG_FORMAT", "xml"), ("TELEGRAM_MODE", "push")])
def test_a_choice_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """The operator learns which setting it is."""
    assert refusal(monkeypatch, {name: value}).startswith(f"{name}: ")


def test_every_mistake_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody mends ten settings in ten starts."""
    said = refusal(monkeypatch, {"LISTEN_PORT": "0", "TIMEZONE": "Sao/Hoa", "PUBLIC_URL": "x"})
    assert [line.split(":")[0] for line in said.splitlines()] == ["LISTEN_PORT", "PUBLIC_URL", "TIMEZONE"]


@pytest.mark.parametrize(
    ("values", "address"),
    [
        ({}, "http://127.0.0.1:8080"),
        ({"LISTEN_HOST": "0.0.0.0", "LISTEN_PORT": "80"}, "http://127.0.0.1:80"),  # noqa: S104 -- not bound
        ({"LISTEN_HOST": "192.168.1.20"}, "http://192.168.1.20:8080"),
        ({"PUBLIC_URL": "https://motcua.example.vn/"}, "https://motcua.example.vn"),
        ({"PUBLIC_URL": "https://example.vn/mot-cua/"}, "https://example.vn/mot-cua"),
        ({"LISTEN_HOST": "::1"}, "http://[::1]:8080"),
    ],
)
def test_the_address_is_the_public_one_or_the_listening_one(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], address: str
) -> None:
    """What stands on posters has no double slash and no address that nobody can open."""
    assert with_environment(monkeypatch, values).address == address


@pytest.mark.parametrize(
    ("value", "networks"),
    [
        ("", []),
        ("10.0.0.5", ["10.0.0.5/32"]),
        (" 172.18.0.0/16 , fd00::1,", ["172.18.0.0/16", "fd00::1/128"]),
        ("192.168.1.7/24", ["192.168.1.0/24"]),
    ],
)
def test_proxies_are_named_by_address_or_network(
    value: str, networks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Separated by commas."""
    assert [str(one) for one in with_environment(monkeypatch, {"TRUSTED_PROXIES": value}).proxies] == networks


@pytest.mark.parametrize("value", ["proxy.vn", "10.0.0.300", "10.0.0.1;10.0.0.2", "10.0.0.0/40"])
def test_what_is_no_network_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its name and with an example."""
    said = refusal(monkeypatch, {"TRUSTED_PROXIES": value})
    assert said.startswith("TRUSTED_PROXIES: ")
    assert "172.18.0.0/16" in said


ZALO = {"ZALO_APP_ID": "111", "ZALO_APP_SECRET": "s", "ZALO_OA_ID": "444:phuong-a, 445", "ZALO_OA_SECRET": "o"}


def test_zalos_accounts_lead_to_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """One app, several accounts; a unit that is not named is the home unit."""
    assert with_environment(monkeypatch, ZALO).zalo_accounts == {"444": "phuong-a", "445": ""}


@pytest.mark.parametrize("missing", ZALO)
def test_half_of_zalos_credentials_stop_the_start(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """With the name of what is missing."""
    assert refusal(monkeypatch, {**ZALO, missing: ""}) == f"kênh Zalo còn thiếu {missing}"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"ZALO_REFRESH_TOKEN": "r"}, "ZALO_APP_ID"),
        ({**ZALO, "ZALO_OA_ID": "phường"}, "ZALO_OA_ID"),
        ({"ZALO_BOT_TOKEN": "t", "ZALO_BOT_MODE": "webhook"}, "ZALO_BOT_WEBHOOK_SECRET"),
        ({"ZALO_BOT_WEBHOOK_SECRET": "12345678"}, "ZALO_BOT_TOKEN"),
        ({"ZALO_BOT_TOKEN": "t", "ZALO_BOT_WEBHOOK_SECRET": "short"}, "8 đến 256"),
    ],
)
def test_zalo_settings_that_cannot_work_are_named(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], said: str
) -> None:
    """A channel is whole or off."""
    assert said in refusal(monkeypatch, values)
