"""The installation's secret key: taken from the settings, or made once and kept where nobody else reads it."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.secret_key import LEAST_LENGTH, secret_key
from bot.settings import SettingsError
from tests.running import settings_for

GIVEN = "khóa-của-phường-Sa-Đéc-dài-hơn-ba-mươi-hai"


def test_a_key_from_the_settings_is_used_as_it_is(tmp_path: Path) -> None:
    """Nothing is written to the disk then."""
    assert secret_key(settings_for(tmp_path, secret_key=GIVEN)) == GIVEN.encode()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("given", ["x", "x" * (LEAST_LENGTH - 1), "ngắn"])
def test_a_short_key_is_refused_without_being_shown(tmp_path: Path, given: str) -> None:
    """The setting and the length it needs are named; the key itself is not."""
    with pytest.raises(SettingsError, match=rf"^SECRET_KEY: .*{LEAST_LENGTH}") as refusal:
        secret_key(settings_for(tmp_path, secret_key=given))
    assert given not in str(refusal.value).replace("SECRET_KEY: cần ít nhất 32 ký tự", "")


def test_the_least_length_is_enough(tmp_path: Path) -> None:
    """Thirty-two characters."""
    assert secret_key(settings_for(tmp_path, secret_key="k" * LEAST_LENGTH)) == b"k" * LEAST_LENGTH


def test_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    """The next start has the same, so that cookies and open forms stay good; the folder is made if it is missing."""
    folder = tmp_path / "mới" / "var"
    made = secret_key(settings_for(folder))
    assert len(made) >= LEAST_LENGTH
    assert secret_key(settings_for(folder)) == made
    assert (folder / "secret.key").read_bytes() == made


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    """What one signs the other does not believe."""
    assert secret_key(settings_for(tmp_path / "a")) != secret_key(settings_for(tmp_path / "b"))


def test_only_the_owner_may_read_the_kept_key(tmp_path: Path) -> None:
    """Other accounts on the machine cannot forge a login."""
    secret_key(settings_for(tmp_path))
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_many_starts_at_once_agree_on_one_key(tmp_path: Path) -> None:
    """Whoever comes second waits for the key or reads it whole; nobody goes on with a key of their own."""
    settings = settings_for(tmp_path)
    with ThreadPoolExecutor(16) as starts:
        keys = set(starts.map(lambda _: secret_key(settings), range(64)))
    assert keys == {(tmp_path / "secret.key").read_bytes()}


def key_or_refusal(folder: Path) -> bytes | str:
    """The key of an installation, or the sentence that refuses to start it."""
    try:
        return secret_key(settings_for(folder))
    except SettingsError as refusal:
        return str(refusal)


@pytest.mark.parametrize(
    "left", [b"", b"\n", b"0123456789", b"\0" * 64], ids=["empty", "a line end", "its beginning", "zeros"]
)
def test_a_spoilt_key_file_is_never_used(tmp_path: Path, left: bytes) -> None:
    """A crash or a full disk while the key was written leaves no installation that signs with next to nothing."""
    (tmp_path / "secret.key").write_bytes(left)
    outcome = key_or_refusal(tmp_path)
    assert "secret.key" in outcome if isinstance(outcome, str) else len(outcome.strip(b"\0\n ")) >= LEAST_LENGTH


@pytest.mark.parametrize("inside", ["", "sub"], ids=["the folder is a file", "a parent is a file"])
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, inside: str) -> None:
    """One sentence with the setting and the path."""
    (tmp_path / "var").write_text("đây là một tệp", encoding="utf-8")
    folder = tmp_path / "var" / inside if inside else tmp_path / "var"
    with pytest.raises(SettingsError, match=r"^DATA_DIR: không ghi được .*secret\.key") as refusal:
        secret_key(settings_for(folder))
    assert str(folder) in str(refusal.value)


def test_a_key_that_is_a_folder_is_named(tmp_path: Path) -> None:
    """Somebody made a folder of that name."""
    (tmp_path / "secret.key").mkdir()
    with pytest.raises(SettingsError, match=r"^DATA_DIR: "):
        secret_key(settings_for(tmp_path))
