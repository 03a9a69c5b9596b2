"""What chats may send: length, pace, codes tried, and how much is stored of all of them."""

from datetime import timedelta

import pytest

from handlers import gate
from handlers.channel import Traits
from handlers.gate import DAY, LONGEST, MEGABYTE, Gate
from handlers.messages import Incoming, Reply, Text
from surveys.pacing import Allowances
from surveys.slips import fresh
from tests.sample import NOW

PAGE = Traits(size=100_000, remembers=True)
MESSENGER = Traits(size=4000, pushed=True)
TERMINAL = Traits(size=4000)


def said(text: str = "làm khai sinh", user: str = "lan", channel: str = "webchat") -> Incoming:
    """A message of somebody."""
    return Incoming(channel, user, "1", text)


@pytest.mark.parametrize(("letters", "limit"), [(LONGEST, None), (LONGEST + 1, "length"), (100_000, "length")])
def test_a_message_has_a_length(letters: int, limit: str | None) -> None:
    """In the page and in a messenger; in the terminal sits the operator."""
    text = "x" * letters
    assert [Gate().limit_of(said(text), traits, NOW) for traits in (PAGE, MESSENGER)] == [limit, limit]
    assert Gate().limit_of(said(text), TERMINAL, NOW) is None


@pytest.mark.parametrize(("traits", "rate"), [(PAGE, gate.PAGE), (MESSENGER, gate.MESSENGER)])
def test_a_chat_has_a_pace(traits: Traits, rate: gate.Rate) -> None:
    """So many at once, then one a second; a neighbour's messages are not counted with it."""
    kept = Gate()
    limits = [kept.limit_of(said(), traits, NOW) for _ in range(int(rate.most) + 2)]
    assert limits == [None] * int(rate.most) + ["pace", "pace"]
    assert kept.limit_of(said(user="tư"), traits, NOW) is None
    assert kept.limit_of(said(), traits, NOW + timedelta(seconds=1)) is None


def test_a_chat_may_mistype_a_few_codes() -> None:
    """Then codes wait, questions do not; another chat may still try, until all together tried too many."""
    kept, code = Gate(), fresh()
    for _ in range(int(gate.WRONG_CODES.most)):
        assert kept.limit_of(said(code), PAGE, NOW) is None
        kept.note_wrong_code(said(code), NOW)
    assert kept.limit_of(said(code), PAGE, NOW) == "codes"
    assert kept.limit_of(said(), PAGE, NOW) is None
    assert kept.limit_of(said(code, user="tư"), PAGE, NOW) is None
    for n in range(int(gate.WRONG_CODES_IN_ALL.most)):
        kept.note_wrong_code(said(code, user=f"khách {n}"), NOW)
    assert kept.limit_of(said(code, user="tư"), PAGE, NOW) == "codes"
    assert kept.limit_of(said(code, user="77", channel="telegram"), MESSENGER, NOW) is None
    assert kept.limit_of(said(code), PAGE, NOW + timedelta(minutes=1)) is None


def test_all_chats_together_fill_so_much_a_day() -> None:
    """Whoever writes: when the day's share is stored nothing more is taken, until some of it has come back."""
    kept, stored = Gate(megabytes_a_day=1), 0
    answer = Reply(Text.of("y" * 1000))
    while kept.limit_of(said("x" * 1000, user=str(stored)), PAGE, NOW) is None:
        kept.note_stored(said("x" * 1000), [answer], NOW)
        stored += 1
    assert MEGABYTE / 8000 < stored < MEGABYTE / 2000
    assert kept.limit_of(said(user="new"), MESSENGER, NOW) == "volume"
    assert kept.limit_of(said(user="new"), PAGE, NOW + DAY / 100) is None


def test_a_limit_is_told_once_a_minute() -> None:
    """Or the answers would be the flood."""
    kept = Gate()
    assert [kept.may_say(said(), NOW) for _ in range(3)] == [True, False, False]
    assert kept.may_say(said(user="tư"), NOW)
    assert kept.may_say(said(), NOW + timedelta(minutes=1))


def test_memory_is_bounded() -> None:
    """A million browsers do not make the process grow."""
    kept = Gate()
    kept._pages = Allowances(gate.PAGE, keys=100)
    for n in range(1000):
        kept.limit_of(said(user=str(n)), PAGE, NOW)
    assert len(kept._pages) == 100
