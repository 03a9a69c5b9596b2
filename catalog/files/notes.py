"""Remarks on a file that was read: what was left out, what was guessed, what was hidden."""

from catalog.files.mistakes import listed, shortened

MOST_NAMED = 20


class Notes:
    """Sentences in the order in which they arose, none twice."""

    def __init__(self) -> None:
        self._sentences: dict[str, None] = {}

    @property
    def sentences(self) -> list[str]:
        """The sentences so far."""
        return list(self._sentences)

    def say(self, sentence: str) -> None:
        """Add a sentence, unless it is there already."""
        self._sentences[sentence] = None

    def rows(self, sheet: str, what: str, numbers: list[int]) -> None:
        """Add a sentence on these rows of a sheet, if there are any."""
        if numbers:
            self.say(f"{at(sheet)}{what}: dòng {listed(numbers)}.")

    def names(self, what: str, names: list[str]) -> None:
        """Add a sentence on these columns or keys, if there are any."""
        if names:
            more = f" và {len(names) - MOST_NAMED} cột nữa" if len(names) > MOST_NAMED else ""
            self.say(f"{what}: {', '.join(f'«{shortened(name)}»' for name in names[:MOST_NAMED])}{more}.")


def at(sheet: str) -> str:
    """Return the beginning of a sentence that names its sheet; "" for a sheet without a name."""
    return f"Trang «{shortened(sheet)}»: " if sheet else ""
