"""The little work: a proof belongs to its ticket, and nothing else passes."""

import hashlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.proof_of_work import is_done

BITS = 8


def proved(ticket: str) -> str:
    """The first number that proves a ticket, found without the code under test."""
    for number in itertools.count():
        if hashlib.sha256(f"{ticket}:{number}".encode()).digest()[0] == 0:
            return str(number)
    raise AssertionError("some number always does")


@given(st.text(alphabet="0123456789abcdef-.", min_size=1, max_size=60))
def test_a_number_that_was_looked_for_is_found(ticket: str) -> None:
    """Eight zero bits at the beginning are one zero byte; the number before it is none."""
    proof = proved(ticket)
    assert is_done(ticket, proof, BITS)
    assert all(not is_done(ticket, str(earlier), BITS) for earlier in range(int(proof)))


def test_a_proof_is_good_for_its_ticket_alone() -> None:
    """With another ticket the work has to be done again."""
    assert not is_done("other", proved("ticket"), BITS) or proved("other") == proved("ticket")
    assert not is_done("ticket", proved("ticket"), 40)


@pytest.mark.parametrize("proof", ["", "-1", "1.0", "١", "x", "1" * 21, "\udc80", "1 "])
def test_what_is_no_plain_number_proves_nothing(proof: str) -> None:
    """Nor does it break anything."""
    assert not is_done("ticket", proof, 0)


def test_the_script_of_the_page_finds_the_same() -> None:
    """The number that hold.js found in a browser's engine for this ticket."""
    assert is_done("abc-123.def", "290870", 18)
    assert not is_done("abc-123.def", "290869", 18)
