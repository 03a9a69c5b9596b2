"""The scorer of conversations, against a chat that answers from a script."""

import json
import re
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from benchmarks.dialogues import FOLDER, Chat, Played, judge, play, report
from bot.demo import sample_entries

BIRTH, DEATH, ID_CARD = "1.001193", "1.000656", "1.014061"
CHAT = """
import json, sys
for line in sys.stdin:
    if line.strip() == ":reset":
        continue
    print(json.dumps(json.loads(sys.argv[1])[line.strip()]), flush=True)
"""
Scripted = Callable[[dict[str, Any], list[tuple[str, dict[str, Any]]]], Played]


def answer(
    code: str = "", aspect: str = "", outcome: str = "procedure", text: str = "", *offered: str
) -> dict[str, Any]:
    """One answer in the form of `motcua chat --json`, with a button for each code offered."""
    return {
        "replies": [{"text": text, "buttons": [{"id": f"p:{one}", "label": one} for one in offered]}],
        "shown": {"code": code, "aspect": aspect or None} if code else None,
        "offered": list(offered),
        "outcome": outcome,
    }


def choices(*offered: str) -> dict[str, Any]:
    """A question back."""
    return answer("", "", "choose", "", *offered)


def wrong(want: dict[str, Any], given: dict[str, Any], before: dict[str, Any] | None = None) -> bool:
    """Whether an answer is judged wrong, after a turn that was right."""
    return bool(judge("", want, given, judge("", {"outcome": [before["outcome"]]}, before) if before else None).wrong)


@pytest.fixture
def scripted(tmp_path: Path) -> Scripted:
    """Play a conversation against a program that knows one answer to each line."""
    program = tmp_path / "chat.py"
    program.write_text(CHAT, "utf-8")

    def run(script: dict[str, Any], turns: list[tuple[str, dict[str, Any]]]) -> Played:
        dialogue = {"id": "one", "kind": "k", "turns": [{"say": say, "want": want} for say, want in turns]}
        with closing(Chat([sys.executable, str(program), json.dumps(script)], {"PYTHONUTF8": "1"})) as chat:
            return play(dialogue, chat)

    return run


@pytest.mark.parametrize(
    ("want", "right", "not_right"),
    [
        ({"codes": [BIRTH]}, answer(BIRTH), answer(DEATH)),
        ({"codes": [BIRTH]}, choices(DEATH, BIRTH), choices(DEATH, ID_CARD, "2.000815", BIRTH)),
        ({"codes": [BIRTH], "aspect": ["fee"]}, answer(BIRTH, "fee"), answer(BIRTH, "time")),
        ({"codes": [BIRTH], "aspect": ["documents"]}, answer(BIRTH), answer(BIRTH, "steps")),
        ({"outcome": ["hours"]}, answer(outcome="hours"), answer(BIRTH)),
        ({"outcome": ["hours"]}, answer(outcome="contact"), answer(outcome="thanks")),
        ({"outcome": ["choose"]}, choices(BIRTH, DEATH), answer(BIRTH)),
        ({"codes": [DEATH], "says": ["chia buon"]}, answer(DEATH, text="Xin chia buồn."), answer(DEATH)),
        ({"outcome": ["scam"], "never": ["choose"]}, answer(outcome="scam"), choices(BIRTH, DEATH)),
    ],
)  # fmt: skip
def test_a_right_answer_is_told_from_a_wrong_one(
    want: dict[str, Any], right: dict[str, Any], not_right: dict[str, Any]
) -> None:
    """Each rule accepts what it asks for, and refuses its opposite."""
    assert not wrong(want, right)
    assert wrong(want, not_right)


def test_a_follow_up_stays_on_the_open_procedure() -> None:
    """Another procedure that would also have been right at first is wrong once one is open."""
    want = {"keep": True, "codes": [BIRTH, DEATH], "aspect": ["fee"]}
    assert not wrong(want, answer(BIRTH, "fee"), before=answer(BIRTH))
    assert wrong(want, answer(DEATH, "fee"), before=answer(BIRTH))
    assert wrong({"keep": True}, answer(BIRTH), before=answer(outcome="hello"))


def test_a_choice_is_counted_from_either_end() -> None:
    """The second and the last choice of the turn before are meant, and nothing where there was no choice."""
    offered = choices(BIRTH, DEATH, ID_CARD)
    assert not wrong({"pick": 2}, answer(DEATH), before=offered)
    assert not wrong({"pick": -1}, answer(ID_CARD), before=offered)
    assert wrong({"pick": 2}, answer(BIRTH), before=offered)
    assert wrong({"pick": 1}, answer(BIRTH), before=answer(BIRTH))


def test_the_same_choices_again_are_wrong() -> None:
    """Who says "none of these" gets others."""
    want = {"outcome": ["choose"], "differs": True}
    assert wrong(want, choices(DEATH, BIRTH), before=choices(BIRTH, DEATH))
    assert not wrong(want, choices(BIRTH, ID_CARD), before=choices(BIRTH, DEATH))


def test_what_would_harm_is_dangerous() -> None:
    """A code or an outcome that must never come is counted as dangerous, also beside a right outcome."""
    want = {"outcome": ["crime", "procedure"], "never": [BIRTH]}
    assert judge("", want, answer(BIRTH)).dangerous
    assert not judge("", want, answer(outcome="crime")).dangerous


def test_a_right_choice_is_pressed_before_the_talk_goes_on(scripted: Scripted) -> None:
    """The procedure pressed is open in the next turn, and one turn is spent on it with nobody."""
    script = {"con": choices(DEATH, BIRTH), f"p:{BIRTH}": answer(BIRTH), "phí": answer(BIRTH, "fee")}
    played = scripted(script, [("con", {"codes": [BIRTH]}), ("phí", {"keep": True, "aspect": ["fee"]})])
    assert [turn.wrong for turn in played.turns] == [(), ()]
    assert played.turns[0].tapped == BIRTH


def test_nothing_is_pressed_where_the_citizen_chooses(scripted: Scripted) -> None:
    """A next turn that names its choice meets the choices as they stand."""
    played = scripted(
        {"con": choices(DEATH, BIRTH), "số 2": answer(BIRTH)}, [("con", {"codes": [BIRTH]}), ("số 2", {"pick": 2})]
    )
    assert [turn.wrong for turn in played.turns] == [(), ()]


def test_the_figures_count_turns_and_whole_conversations(
    scripted: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    """One wrong turn of three spoils its conversation and not the others' turns."""
    script = {"sinh": answer(BIRTH), "phí": answer(DEATH, "fee"), "giờ": answer(outcome="hours")}
    first, stay, hours = {"codes": [BIRTH]}, {"keep": True, "never": [DEATH]}, {"outcome": ["hours"]}
    report(
        "title",
        [scripted(script, [("sinh", first), ("phí", stay), ("giờ", hours)]), scripted(script, [("giờ", hours)])],
    )
    printed = re.sub(r" +", " ", capsys.readouterr().out)
    assert "all 0.750 of 4 0.500 of 2 1\n" in printed
    assert "first turns right: 1.000 of 2\n" in printed
    assert "later turns right: 0.500 of 2\n" in printed
    assert "stays on the open procedure: 0.000 of 1\n" in printed


@pytest.mark.parametrize("name", ["heldout", "working"])
def test_the_conversations_need_no_catalog_but_the_shipped_one(name: str) -> None:
    """Where a procedure alone is right, one of those accepted is shipped."""
    shipped = {entry.code for entry in sample_entries()}
    dialogues = [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]
    wants = [turn["want"] for one in dialogues for turn in one["turns"]]
    assert [
        want for want in wants if want.get("codes") and "outcome" not in want and not shipped & {*want["codes"]}
    ] == []
    assert all(2 <= len(one["turns"]) <= 8 for one in dialogues)
