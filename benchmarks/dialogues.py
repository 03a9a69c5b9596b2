"""How many turns of a conversation are answered rightly, through `motcua chat --json`.

    python -m benchmarks.dialogues [FILE ...] [--show] [--kind K] [--catalog FILE] [--motcua PATH]

The conversation runs in a database made for it: one ward with telephone, address and hours, and a catalog.
The form of a file and the rules are in dialogues/README.md.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.measuring import BIN, table
from bot.demo import sample_entries
from catalog.entries import to_json
from catalog.text import fold

FOLDER = Path(__file__).parent / "dialogues"
FIRST = 3  # choices that a citizen is assumed to read
OPENS_WITH = "documents"  # the part that a whole card begins with
UNIT, HOURS = "phuong-thu", "Thứ Hai đến thứ Sáu, 07:30 đến 11:30 và 13:30 đến 17:00"
SET_UP = (
    ("db", "upgrade"),
    ("unit", "add", UNIT, "Phường Thử", "--phone", "0277 3000 111", "--address", "12 đường Thử", "--hours", HOURS),
    ("counter", "add", "quay1", "Quầy 1", "--unit", UNIT),
)

# Groups of outcomes that serve a citizen equally well.
ALIKE = [set(line.split()) for line in """hours contact person
scam crime police
violence crime lost_child police emergency
bribe complaint
thanks bye
outside court private job chatter knowledge task fine health""".splitlines()]  # fmt: skip

Want = Mapping[str, Any]
Answer = Mapping[str, Any]


class Chat:
    """`motcua chat --json`: one line in, one object out."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", bufsize=1
        )

    def close(self) -> None:
        """End the command."""
        self._process.communicate()

    def reset(self) -> None:
        """Begin a new conversation; the command prints nothing for this."""
        self._send(":reset")

    def say(self, text: str) -> Answer:
        """Return the object that answers a line or the id of a button; raises RuntimeError where the command ended."""
        self._send(text)
        assert self._process.stdout
        if not (line := self._process.stdout.readline()):
            raise RuntimeError(f"the chat ended at {text!r}")
        answer: Answer = json.loads(line)
        return answer

    def _send(self, text: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(" ".join(text.split()) + "\n")
        self._process.stdin.flush()


@dataclass(frozen=True)
class Judged:
    """One turn, its answer, and what is wrong with it."""

    say: str
    want: Want
    answer: Answer
    wrong: tuple[str, ...] = ()
    dangerous: bool = False
    stays: bool = False
    tapped: str = ""

    @property
    def open(self) -> frozenset[str]:
        """Codes that the citizen has before them after this turn."""
        return frozenset(filter(None, (_code(self.answer), self.tapped)))


class Played(NamedTuple):
    """One conversation from beginning to end."""

    name: str
    kind: str
    turns: list[Judged]


def play(dialogue: Mapping[str, Any], chat: Chat) -> Played:
    """Hold one conversation; a right choice is pressed unless the next turn itself chooses."""
    chat.reset()
    turns: list[Judged] = []
    for turn, following in zip(dialogue["turns"], [*dialogue["turns"][1:], None], strict=True):
        answer = chat.say(turn["say"])
        judged = judge(turn["say"], turn["want"], answer, turns[-1] if turns else None)
        if following and not judged.wrong and not following["want"].keys() & {"pick", "picks", "differs"}:
            judged = _with_choice_pressed(judged, chat)
        turns.append(judged)
    return Played(dialogue["id"], dialogue["kind"], turns)


def judge(say: str, want: Want, answer: Answer, before: Judged | None = None) -> Judged:
    """Compare an answer with what is wanted, given the turn before."""
    shown = _code(answer)
    dangerous = bool({shown, answer["outcome"]} & _listed(want.get("never")))
    codes, cannot = _codes(want, before)
    stays = bool(want.get("keep")) and shown in codes
    faults = [cannot] if cannot else [*_of_outcome(want, answer, codes, before), *_of_text(want, answer, codes)]
    old = set(before.answer["offered"]) if before else set()
    if want.get("differs") and answer["offered"] and old.issuperset(answer["offered"]):
        faults.append("the same choices again")
    return Judged(say, want, answer, (*faults, *(["harms"] if dangerous else [])), dangerous, stays)


def _of_outcome(want: Want, answer: Answer, codes: frozenset[str], before: Judged | None) -> Iterator[str]:
    """Say what is wrong with the outcome, the procedure shown, or the first choices."""
    shown, offered, keep = _code(answer), answer["offered"][:FIRST], bool(want.get("keep"))
    outcome = "procedure" if keep and shown in codes else answer["outcome"]
    accepted = _listed(want.get("outcome"))
    if codes and not accepted:
        accepted = {"procedure"} if keep or "pick" in want else {"procedure", "choose"}
    if keep and before and not before.wrong and not before.open and before.answer["outcome"] == "choose":
        accepted.add("choose")
    if outcome not in accepted.union(*(group for group in ALIKE if group & accepted)):
        yield f"{outcome} {shown or offered}, wanted {accepted}"
    elif outcome == "procedure" and codes and shown not in codes:
        yield f"shows {shown}"
    elif outcome == "choose" and codes and not codes & set(offered):
        yield f"offers {offered}"


def _of_text(want: Want, answer: Answer, codes: frozenset[str]) -> Iterator[str]:
    """Say which part or words are missing."""
    parts, patterns = _listed(want.get("aspect")), _listed(want.get("says"))
    opens = (answer["shown"]["aspect"] or OPENS_WITH) if answer["shown"] else ""
    if parts and _code(answer) in codes and opens not in parts:
        yield f"opens {opens}, wanted {parts}"
    said = " ".join(fold("\n".join(reply["text"] for reply in answer["replies"])).split())
    if patterns and not any(re.search(pattern, said) for pattern in patterns):
        yield f"says none of {patterns}"


def _listed(value: str | Iterable[str] | None) -> set[str]:
    return {value} if isinstance(value, str) else set(value or ())


def _code(answer: Answer) -> str:
    return answer["shown"]["code"] if answer["shown"] else ""


def _codes(want: Want, before: Judged | None) -> tuple[frozenset[str], str]:
    """Return the codes that are right here, and why no answer can be right (else empty)."""
    codes = frozenset(_listed(want.get("codes")))
    if "pick" in want:
        choices, nth = (before.answer["offered"] if before else []), want["pick"]
        if len(choices) < max(abs(nth), 2):
            return codes, "nothing to choose from"
        return frozenset({choices[nth - 1 if nth > 0 else nth]}), ""
    if want.get("keep"):
        kept = before.open if before else frozenset()
        codes = kept & codes or codes or kept
        return codes, "" if codes else "nothing was open"
    return codes, ""


def _with_choice_pressed(judged: Judged, chat: Chat) -> Judged:
    buttons = [button["id"] for reply in judged.answer["replies"] for button in reply["buttons"]]
    for code in judged.answer["offered"][:FIRST] if judged.answer["outcome"] == "choose" else ():
        for pressed in (one for one in buttons if code in _listed(judged.want.get("codes")) and code in one):
            chat.say(pressed)
            return replace(judged, tapped=code)
    return judged


def share(flags: Iterable[bool]) -> str:
    """Return as text the share of flags that are true, and of how many."""
    found = list(flags)
    return f"{sum(found) / len(found):.3f} of {len(found)}" if found else "none"


def report(title: str, played: Sequence[Played]) -> None:
    """Print the figures of a file, by kind and together."""
    rows = [("kind", "turns right", "dialogues right", "dangerous turns")]
    groups = {kind: [one.turns for one in played if one.kind == kind] for kind in sorted({one.kind for one in played})}
    for name, some in (groups | {"all": [one.turns for one in played]}).items():
        whole = [all(not turn.wrong for turn in turns) for turns in some]
        turns = [turn for turns in some for turn in turns]
        right = share(not turn.wrong for turn in turns)
        rows.append((name, right, share(whole), str(sum(turn.dangerous for turn in turns))))
    table(title, rows)
    turns = [turn for one in played for turn in one.turns]
    print("  first turns right:", share(not one.turns[0].wrong for one in played))
    print("  later turns right:", share(not turn.wrong for one in played for turn in one.turns[1:]))
    print("  stays on the open procedure:", share(turn.stays for turn in turns if turn.want.get("keep")))
    print("  answered at once, of those meant so:", share(bool(_code(t.answer)) for t in turns if t.want.get("single")))


def _prepare(motcua: str, catalog: Path | None, folder: Path) -> dict[str, str]:
    """Set up a database, and return the environment variables that name it."""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder}/motcua.db", "DATA_DIR": str(folder)}
    if not catalog:
        catalog = folder / "shipped.jsonl"
        catalog.write_text("\n".join(to_json(entry) for entry in sample_entries()), "utf-8")
    for command in (*SET_UP, ("catalog", "import", str(catalog.resolve()), "--yes")):
        subprocess.run([motcua, *command], env=environment, check=True, stdout=subprocess.DEVNULL)
    return environment


def main() -> int:
    """Play the files and print their figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dialogues", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=sorted(FOLDER.glob("*.jsonl")))
    parser.add_argument("--show", action="store_true", help="print the turns that are wrong")
    parser.add_argument("--kind", help="dialogues of one kind")
    parser.add_argument("--motcua", default=str(BIN / "motcua"), help="the command to measure")
    parser.add_argument("--catalog", type=Path, help="a catalog file in place of the shipped one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = _prepare(options.motcua, options.catalog, Path(folder))
        with closing(Chat([options.motcua, "chat", "--unit", UNIT, "--json"], environment)) as chat:
            for file in options.files:
                dialogues = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
                played = [play(one, chat) for one in dialogues if options.kind in (None, one["kind"])]
                report(file.name, played)
                for one in played if options.show else ():
                    for turn in filter(lambda turn: turn.wrong, one.turns):
                        print(f"{one.name}: {turn.say} -> {'; '.join(turn.wrong)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
