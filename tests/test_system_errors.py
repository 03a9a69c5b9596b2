"""What the operating system refuses is said in Vietnamese, whatever the language of the machine."""

import errno
import os
from pathlib import Path

import pytest

from locales.system_errors import REASONS, reason


@pytest.mark.parametrize("number", REASONS)
def test_a_known_refusal_has_a_sentence_of_ours(number: int) -> None:
    """It has diacritics and no word of the system's own."""
    sentence = reason(OSError(number, os.strerror(number)))
    assert not sentence.isascii()
    assert os.strerror(number) not in sentence


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    """As Python raises it."""
    with pytest.raises(FileNotFoundError) as raised:
        (tmp_path / "khong-co").read_text()
    assert reason(raised.value) == "không có tệp hoặc thư mục đó"


def test_other_refusals_are_named_by_their_code() -> None:
    """Whoever looks for help can look for that."""
    assert reason(OSError(errno.EPROTO, "Protocol error")) == "lỗi hệ thống EPROTO"


def test_several_addresses_that_refuse_are_one_refusal() -> None:
    """Asyncio's error for a name with an address of IPv4 and one of IPv6 has no number of its own."""
    message = "Multiple exceptions: [Errno 111] Connect call failed ('::1', 1, 0, 0), [Errno 111] Connect call failed"
    assert reason(OSError(message)) == REASONS[errno.ECONNREFUSED]


def test_text_in_another_encoding_is_said_so() -> None:
    """Not with the number of the byte."""
    with pytest.raises(UnicodeDecodeError) as raised:
        b"\xff".decode()
    assert reason(raised.value) == "không phải chữ UTF-8"
