"""What a reading says in addition to what it gives: what it left out, what it guessed, what was hidden."""

from catalog.files.mistakes import listed, shortened

MOST_NAMED = 20


class Notes:
    """Sentences in the order in which they arose, none twice."""

    def __init__(self) -> None:
        self._sentences: dict[str, None] = {}

    @property
    def sentences(self) -> list[str]:
        """Return what there is to say."""
        return list(self._sentences)

    def say(self, sentence: str) -> None:
        """Say a sentence, unless it was said."""
        self._sentences[sentence] = None

    def rows(self, sheet: str, what: str, numbers: list[int]) -> None:
        """Say what holds for these rows of a sheet; nothing where there are none."""
        if numbers:
            self.say(f"{at(sheet)}{what}: dòng {listed(numbers)}.")

    def names(self, what: str, names: list[str]) -> None:
        """Say what holds for these columns or keys; nothing where there are none."""
        if names:
            more = f" và {len(names) - MOST_NAMED} cột nữa" if len(names) > MOST_NAMED else ""
            self.say(f"{what}: {', '.join(f'«{shortened(name)}»' for name in names[:MOST_NAMED])}{more}.")


def at(sheet: str) -> str:
    """Begin a sentence with the sheet that it is about."""
    return f"Trang «{shortened(sheet)}»: " if sheet else ""
