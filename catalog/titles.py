"""The titles of columns and keys in the files that hold procedures, by the key of an entry that they fill."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from catalog.files.header import UNDER, bare_title
from catalog.text import fold

ACTION = "action"
# A column that may say what is done with a procedure, and may say something else.
PERHAPS_ACTION = "perhaps_action"
EFFECTIVE = "effective"
UNCHECKED = "unchecked"
OLD_CODE = "old_code"
OLD_NAME = "old_name"
# Titles as they are folded, the usual ones first: of two columns that fill the same key the earlier title counts.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "code": (
        *("ma thu tuc", "ma tthc", "ma so tthc", "ma so thu tuc", "ma so thu tuc hanh chinh", "ma thu tuc hanh chinh"),
        *("so ho so tthc", "so ho so thu tuc hanh chinh", "ma so", "ma", "national code", "official code"),
        *("ma dich vu cong", "ma dvc", "procedure code"),
    ),
    "name": (
        *("ten thu tuc hanh chinh", "ten thu tuc", "ten tthc", "thu tuc hanh chinh", "ten", "official name"),
        *("ten cua thu tuc hanh chinh", "ten dich vu cong", "ten dvc", "procedure name"),
    ),
    "field": ("linh vuc", "ten linh vuc", "categories details", "domain"),
    "agency": (
        *("co quan thuc hien", "co quan giai quyet", "co quan co tham quyen", "don vi thuc hien"),
        *("executing agencies",),
    ),
    "level": ("cap thuc hien", "cap", "cap/tham quyen", "authority level"),
    "subjects": ("doi tuong thuc hien", "doi tuong"),
    "time": (
        *("processing time", "thoi han giai quyet", "thoi gian giai quyet", "thoi gian thuc hien", "thoi gian xu ly"),
        *("thoi han", "thoi gian", "thoi han theo quy dinh", "thoi gian theo quy dinh"),
        *("thoi han giai quyet theo quy dinh", "thoi gian giai quyet theo quy dinh"),
        *("time limit",),
    ),
    "committed": (
        *("thoi han cam ket", "thoi gian cam ket", "thoi han sau rut ngan", "thoi gian sau rut ngan"),
        *("thoi gian rut ngan con", "thoi han rut ngan con", "thoi han sau cat giam", "thoi gian sau cat giam"),
        *("thoi han giai quyet sau cat giam", "thoi gian giai quyet sau cat giam"),
    ),
    "fee": (
        *("phi, le phi", "phi le phi", "phi/le phi", "phi va le phi", "muc phi, le phi", "muc thu phi, le phi"),
        *("so tien phai nop", "muc thu", "le phi", "phi"),
    ),
    "documents": (
        *("thanh phan ho so", "ho so", "giay to can nop", "giay to phai nop", "ho so can nop", "execution cases"),
        *("tphs",),
    ),
    "steps": ("trinh tu thuc hien", "trinh tu", "execution steps"),
    "channels": ("cach thuc thuc hien", "hinh thuc nop", "cach thuc nop", "hinh thuc thuc hien", "hinh thuc"),
    "where": (
        *("receiving address", "dia diem thuc hien", "dia diem tiep nhan ho so", "noi tiep nhan", "noi nop"),
        *("noi nop ho so", "dia diem tiep nhan ho so truc tiep", "dia chi tiep nhan", "dia diem"),
    ),
    "result": ("ket qua thuc hien", "ket qua", "ket qua xu ly", "kqth"),
    "conditions": ("yeu cau, dieu kien", "yeu cau dieu kien", "dieu kien", "requirements and conditions"),
    "forms": ("mau don, to khai", "mau don to khai"),
    "legal_basis": ("can cu phap ly", "ccpl"),
    "decision": ("decision no", "quyet dinh cong bo", "so quyet dinh", "qd"),
    "updated": ("data date", "ngay cap nhat"),
    "short": ("ten ngan", "ten goi ngan"),
    "also": ("ten goi khac", "tu khoa", "cach goi khac"),
    "url": ("duong dan", "lien ket", "detail url"),
    EFFECTIVE: (
        *("ngay hieu luc", "ngay co hieu luc", "hieu luc tu", "hieu luc", "hieu luc thi hanh", "thoi diem co hieu luc"),
        *("ngay ap dung", "ap dung tu", "thoi diem ap dung", "ngay bai bo"),
    ),
    UNCHECKED: ("chua doi chieu",),
    "ended": (),
    "successor": (),
    "ended_by": (),
    "since": (),
    PERHAPS_ACTION: ("loai", "tinh trang", "trang thai", "hien trang", "tinh trang hieu luc", "trang thai hieu luc"),
    ACTION: ("loai thay doi", "tinh chat", "change type", "noi dung cong bo"),
}
_KEYS = {title: (key, rank) for key, titles in SYNONYMS.items() for rank, title in enumerate((key, *titles))}
_STATUTORY = frozenset(("theo quy dinh", "quy dinh"))
_SHORTENED = frozenset(
    (
        *("sau cat giam", "sau rut ngan", "sau khi cat giam", "sau khi rut ngan", "cam ket", "cat giam", "rut ngan"),
        *("cat giam con", "rut ngan con", "thuc hien cat giam", "da cat giam", "da rut ngan", "thoi han cam ket"),
    )
)
_CODE_TITLE = re.compile(r"(?:ma|ma so|so ho so) (?:tthc|thu tuc)\b.*")
_NAME_TITLE = re.compile(r"(?:ten )?(?:tthc|thu tuc hanh chinh|thu tuc)\b(?: (?:moi|duoc|bi|thay the|cu|da)\b.*)?")
_TIME_TITLE = re.compile(
    r"(?:tong )?(?:thoi han|thoi gian)(?: (?:giai quyet|thuc hien|xu ly|sau|theo|cam ket|da|con))+\b"
)
_SHORTER = re.compile(r"(?:sau|da|con).*(?:cat giam|rut ngan)|(?:cat giam|rut ngan) con|cam ket")
_OLD = re.compile(r"\b(?:duoc|bi) (?:thay the|bai bo)(?! (?:boi|bang))|\bcu\b|truoc day")
# Levels as titles of columns that are marked with an x, under a title of levels.
_LEVELS = {f"{cap}{name}": name for name in ("bo", "tinh", "huyen", "xa") for cap in ("", "cap ")}
_LEVELS["trung uong"] = "bo"
_OLDER = {"code": OLD_CODE, "name": OLD_NAME}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LONGEST_TITLE = 300


def meaning_of(title: str) -> tuple[str, int] | None:
    """Return what a title means and how usual it is (the lower the better), None if it is not known.

    A title below others ("Thời hạn giải quyết / Sau cắt giảm") is understood with them or by itself.
    """
    return _meaning(title) if len(title) <= _LONGEST_TITLE else None


@lru_cache(maxsize=4096)
def _meaning(title: str) -> tuple[str, int] | None:
    above, _, last = title.replace("_", " ").rpartition(UNDER)
    bare = bare_title(last)
    if above and (parent := _meaning(above)) and parent[0] == "time" and bare in _STATUTORY | _SHORTENED:
        return ("committed" if bare in _SHORTENED else "time"), parent[1]
    if above and (parent := _meaning(above)) and parent[0] == "level" and (level := _LEVELS.get(bare)):
        return f"level:{level}", parent[1]
    known = (
        _KEYS.get(bare_title(title.replace(UNDER, " "))) or _KEYS.get(bare) or _KEYS.get(fold(last)) or _pattern(bare)
    )
    if known and known[0] in _OLDER and _OLD.search(bare_title(above) if above else bare):
        return _OLDER[known[0]], known[1]
    return known


def _pattern(bare: str) -> tuple[str, int] | None:
    """Return what a title means by its pattern, ranked as less usual than any that is listed."""
    if _CODE_TITLE.fullmatch(bare):
        return "code", len(SYNONYMS["code"]) + 1
    if _NAME_TITLE.fullmatch(bare):
        return "name", len(SYNONYMS["name"]) + 1
    if _TIME_TITLE.match(bare):
        key = "committed" if _SHORTER.search(bare) else "time"
        return key, len(SYNONYMS[key]) + 1
    return None


def meaning_of_key(key: str) -> tuple[str, int] | None:
    """Return what a key of a JSON record means, as `meaning_of` does: `ma_tthc`, `executionSteps`, `Mã TTHC`."""
    return _meaning_of_key(key) if len(key) <= _LONGEST_TITLE else None


@lru_cache(maxsize=4096)
def _meaning_of_key(key: str) -> tuple[str, int] | None:
    return meaning_of(_CAMEL.sub(" ", key).replace("_", " ")) or meaning_of(key)


def columns(titles: Iterable[object]) -> dict[int, str]:
    """Return which key each column fills; a key takes the column with its most usual title, then the first one."""
    best: dict[str, tuple[int, int]] = {}
    for column, title in enumerate(titles):
        if title is not None and (known := meaning_of(" ".join(str(title).split()))):
            key, rank = known
            best[key] = min(best.get(key, (rank, column)), (rank, column))
    for plain, older in _OLDER.items():
        if plain not in best and older in best:
            best[plain] = best.pop(older)
    return {column: key for key, (_, column) in best.items()}
