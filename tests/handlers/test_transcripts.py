"""Whole conversations in Vietnamese, replayed through the core; `pytest --update` writes them anew."""

import tomllib
from pathlib import Path

import pytest

from tests.handlers.transcript_files import FOLDER
from tests.sample import Talk


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_the_assistant_says_what_the_transcript_says(path: Path, request: pytest.FixtureRequest) -> None:
    """Each message of the transcript is answered with its words and its buttons, and asks for its effects."""
    script = tomllib.loads(path.read_text("utf-8"))
    talk = Talk()
    found = []
    for turn in script["turn"]:
        outcome = talk.say(turn["send"], turn.get("kind", "text"))
        found.append(
            {
                "send": turn["send"],
                **({"kind": turn["kind"]} if "kind" in turn else {}),
                "says": [reply.text.plain for reply in outcome.replies],
                "offers": [button.label for reply in outcome.replies for button in reply.buttons],
                "does": [type(effect).__name__ for effect in outcome.effects],
            }
        )
    if request.config.getoption("--update"):
        path.write_text(_written(script["about"], found), "utf-8")
    for actual, expected in zip(found, script["turn"], strict=True):
        assert actual == {"says": [], "offers": [], "does": [], **expected}


def _written(about: str, turns: list[dict[str, object]]) -> str:
    lines = [f"about = {_quoted(about)}"]
    for turn in turns:
        lines.append("\n[[turn]]")
        for key, value in turn.items():
            if isinstance(value, list):
                if value:
                    lines.append(f"{key} = [{', '.join(_quoted(str(item)) for item in value)}]")
            else:
                lines.append(f"{key} = {_quoted(str(value))}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\")
    if "\n" in text:
        return '"""\n' + escaped.replace('"""', '\\"""') + '"""'
    return '"' + escaped.replace('"', '\\"') + '"'
