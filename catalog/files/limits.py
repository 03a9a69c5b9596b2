"""How large a file may be, and how long its reading may take."""

import time
from collections.abc import Callable

from catalog.files.mistakes import Unreadable

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_SHEETS = 200
MOST_ROWS = 100_000
MOST_CELLS = 3_000_000
MOST_COLUMNS = 400
# Columns of a sheet of Excel; a line of text with more parts is no table.
LAST_COLUMN = 16_384
MOST_SHARED_TEXT = 64 * 1024 * 1024
# A Word document is held in memory whole, ten times as large as its text.
MOST_DOCUMENT = 24 * 1024 * 1024
MOST_PAGES = 300
LAST_ROW = 1_048_576  # what a sheet of Excel can have
# Texts of published procedures reach 51,000 characters.
LONGEST_CELL = 200_000
MOST_SECONDS = 60
_OFTEN = 256

Clock = Callable[[], float]
# Called now and then with the number of rows read.
Seen = Callable[[int], None]


def unseen(_rows: int) -> None:
    """Ignore how far the reading has come."""


class Watch:
    """Counts what is read of a file; raises Unreadable once that is more, or takes longer, than any real file does."""

    def __init__(self, file: str, clock: Clock = time.monotonic, seen: Seen = unseen) -> None:
        self._file = file
        self._seen = seen
        self._clock = clock
        self._until = clock() + MOST_SECONDS
        self._rows = 0
        self._cells = 0

    def count(self, cells: int) -> None:
        """Count a row that holds so many cells."""
        self._rows += 1
        self._cells += cells
        if self._rows > MOST_ROWS:
            raise Unreadable(f"{self._file}: hơn {MOST_ROWS} dòng; chia thành nhiều tệp rồi nhập từng tệp.")
        if self._cells > MOST_CELLS:
            raise Unreadable(f"{self._file}: hơn {MOST_CELLS} ô; chia thành nhiều tệp rồi nhập từng tệp.")
        if self._rows % _OFTEN == 0:
            self.look()

    def look(self) -> None:
        """Report how far the reading has come; Unreadable if it takes too long."""
        self._seen(self._rows)
        if self._clock() > self._until:
            raise Unreadable(f"{self._file}: đọc quá {MOST_SECONDS} giây; chia thành nhiều tệp rồi nhập từng tệp.")
