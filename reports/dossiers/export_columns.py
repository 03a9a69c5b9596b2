"""The columns of the e-one-stop software's exports: what their titles mean, in each of its two layouts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from catalog.files.header import UNDER, bare_title

# Titles (folded, without brackets) by meaning; if a file has several of the same meaning, the first listed here counts.
LIST: Mapping[str, tuple[str, ...]] = {
    "code": (
        *("ma ho so", "so ho so", "so bien nhan", "ma so ho so", "ma bien nhan", "so bien nhan ho so"),
        *("ma ho so tthc", "so ma ho so", "ma ho so/so bien nhan", "so ho so/so bien nhan"),
    ),
    "procedure": ("ma thu tuc", "ma tthc", "ma thu tuc hanh chinh", "ma so thu tuc"),
    "name": ("ten thu tuc", "ten thu tuc hanh chinh", "ten tthc", "thu tuc", "thu tuc hanh chinh", "tthc"),
    "field": ("linh vuc", "ten linh vuc", "linh vuc thu tuc", "linh vuc giai quyet"),
    "received": (
        *("ngay tiep nhan", "ngay nhan", "ngay tiep nhan ho so", "ngay nhan ho so", "thoi gian tiep nhan"),
        *("thoi diem tiep nhan", "ngay gio tiep nhan", "thoi gian nhan", "tiep nhan ngay"),
    ),
    "due": (
        *("han tra", "ngay hen tra", "han tra ket qua", "ngay hen tra ket qua", "ngay hen", "thoi gian hen tra"),
        *("ngay hen tra kq", "han tra kq", "hen tra", "hen tra ngay", "han giai quyet", "ngay den han", "ngay han tra"),
    ),
    "resolved": (
        *("ngay co ket qua", "ngay hoan thanh xu ly", "ngay hoan thanh", "ngay xu ly xong", "ngay giai quyet xong"),
        *("thoi gian co ket qua", "ngay co kq", "ngay giai quyet", "thoi gian hoan thanh", "co ket qua"),
    ),
    "handed": ("ngay tra ket qua", "ngay tra", "thoi gian tra ket qua", "ngay tra kq", "tra ket qua", "ngay thuc tra"),
    "closed": ("ngay ket thuc", "ngay ket thuc ho so", "thoi gian ket thuc", "ngay dong ho so", "ket thuc"),
    "state": ("trang thai", "tinh trang", "trang thai ho so", "tinh trang ho so", "trang thai xu ly"),
    "channel": (
        *("hinh thuc nop", "kenh tiep nhan", "hinh thuc tiep nhan", "hinh thuc nop ho so", "kenh nop", "cach thuc nop"),
        *("kenh tiep nhan ho so", "nguon tiep nhan", "cach thuc tiep nhan"),
    ),
}
_LIST = {title: (key, rank) for key, titles in LIST.items() for rank, title in enumerate(titles)}
ENDS = ("resolved", "handed", "closed")
NUMBER = "number"
_NUMBERS = ("stt", "tt", "so tt", "so thu tu")
TOTALS_NEEDED = frozenset(("field", "direct", "early", "on_time", "late", "pending_in_time", "pending_late"))

Kind = Literal["list", "totals"]


class Titles:
    """Finds the header of either layout; then `kind` says which it is, and `ignored` which columns are not read."""

    def __init__(self) -> None:
        self.kind: Kind = "list"
        self.keys: frozenset[str] = frozenset()
        self.names: dict[str, str] = {}
        self.ignored: list[str] = []

    def __call__(self, row: Iterable[Any]) -> dict[int, str]:
        """Return what each column means, by its number; empty if the row is not a header."""
        titles = {i: " ".join(str(cell).split()) for i, cell in enumerate(row) if cell not in (None, "")}
        layouts: tuple[tuple[Kind, Callable[[str], tuple[str, int] | None], Callable[[frozenset[str]], bool]], ...] = (
            ("list", _in_list, _is_list),
            ("totals", _in_totals, TOTALS_NEEDED.issubset),
        )
        for kind, meant, is_whole in layouts:
            found = _assigned(titles, meant)
            keys = frozenset(found.values())
            if is_whole(keys):
                self.kind, self.keys = kind, keys
                self.names = {key: _last(titles[i]) for i, key in found.items()}
                self.ignored = [_last(title) for i, title in titles.items() if i not in found]
                return found
        return {}


def _assigned(titles: Mapping[int, str], meant: Callable[[str], tuple[str, int] | None]) -> dict[int, str]:
    """Return the column of each meaning: the one with the best title, the first of equals."""
    best: dict[str, tuple[int, int]] = {}
    for column, title in titles.items():
        if known := meant(title):
            key, rank = known
            best[key] = min(best.get(key, (rank, column)), (rank, column))
    return {column: key for key, (_, column) in best.items()}


def _is_list(keys: frozenset[str]) -> bool:
    return {"code", "received", "due"} <= keys and not keys.isdisjoint(ENDS)


def _in_list(title: str) -> tuple[str, int] | None:
    whole = bare_title(title.replace(UNDER, " "))
    return _LIST.get(whole) or _LIST.get(bare_title(_last(title)))


def _in_totals(title: str) -> tuple[str, int] | None:
    """Return what a title under its groups means: "Số hồ sơ đã giải quyết / Quá hạn" is late.

    The columns are those of the settlement annex: received (in the period by channel, or carried over),
    settled (early, on time, late), pending (in time, late), each with a total that is checked.
    """
    folded = bare_title(title.replace(UNDER, " "))
    last = bare_title(_last(title))
    if last in _NUMBERS:
        return NUMBER, 0
    if last.startswith(("linh vuc", "ten linh vuc")):
        return "field", 0
    group = _group(folded)
    for words, key in _PARTS[group]:
        if any(word in last for word in words):
            # A title under no group has its usual meaning, unless another column has that meaning under a group.
            return key, 0 if group else 1
    # A title that stands alone names its group in its own words: "Tổng số tiếp nhận".
    whole = group and "trong ky" not in folded and ("tong" in last or last == folded)
    return (f"all_{group}", 0) if whole else None


def _group(folded: str) -> str:
    for words, group in (
        (("dang giai quyet", "chua giai quyet", "dang xu ly"), "pending"),
        (("da giai quyet", "giai quyet xong", "da xu ly"), "resolved"),
        (("tiep nhan",), "received"),
    ):
        if any(word in folded for word in words):
            return group
    return ""


_RECEIVED = (
    (("truc tiep",), "direct"),
    (("truc tuyen", "online"), "online"),
    (("buu chinh", "bcci"), "post"),
    (("ky truoc", "chuyen sang", "chuyen qua"), "carried_over"),
)
_RESOLVED = ((("truoc han",), "early"), (("dung han",), "on_time"), (("qua han", "tre han"), "late"))
_PARTS: Mapping[str, Sequence[tuple[tuple[str, ...], str]]] = {
    "": (*_RECEIVED, *_RESOLVED),
    "received": _RECEIVED,
    "resolved": _RESOLVED,
    "pending": ((("trong han", "chua den han"), "pending_in_time"), (("qua han", "tre han"), "pending_late")),
}


def _last(title: str) -> str:
    return title.rpartition(UNDER)[2]
