"""Commands and short phrases (folded) that are understood without a search, with the action of each."""

import re

LANGUAGE = "language:"

COMMANDS = {
    "start": "hello",
    "help": "help",
    "trogiup": "help",
    "linhvuc": "fields",
    "danhgia": "rate",
    "canbo": "person",
    "english": "language:en",
    "tiengviet": "language:vi",
    "stop": "stop",
    "dung": "stop",
    "rutphieu": "withdraw",
    "thamgia": "join",
    "dangnhap": "login",
    "baocao": "report",
    "vuviec": "cases",
    "pakn": "petitions",
    "chuatimthay": "misses",
    "bantin": "bulletins",
    "roidonvi": "leave",
    "hanhoso": "dossiers",
    "thongbao": "notices",
    "riengtu": "kept",
    "dulieu": "stored",
    "xoa": "erase",
}
_SAID = {
    "hello": "quay lai, menu, bat dau",
    "help": "help, tro giup, giup toi, huong dan",
    "fields": "linh vuc, xem theo linh vuc, danh muc, fields",
    "status": "ho so cua toi toi dau roi, ho so toi dau roi, tra cuu ho so",
    "person": "gap can bo, can bo, gap nguoi that, tu van vien, officer, dia chi o dau, "
    "gio lam viec, may gio lam viec, may gio mo cua",
    "rate": "danh gia, danh gia phuc vu, toi muon danh gia, gui danh gia, khao sat, gop y, cham diem, rate",
    "withdraw": "rut phieu, rut lai phieu, toi muon rut phieu, xoa phieu, withdraw",
    "stop": "dung, dung lai, thoi, stop",
    "kept": "xem cach chung toi giu thong tin, cach giu thong tin, quyen rieng tu, privacy",
    "stored": "thong tin cua toi, xem thong tin cua toi, du lieu cua toi, xem du lieu cua toi, my data",
    "erase": "xoa du lieu, xoa du lieu cua toi, xoa thong tin, xoa thong tin cua toi, delete my data, erase my data",
    "language:en": "english, tieng anh",
    "language:vi": "tieng viet, vietnamese",
    "bulletins": "ban tin",
    "leave": "roi don vi",
}
PHRASES = {phrase: action for action, phrases in _SAID.items() for phrase in phrases.split(", ")}
AT_THE_NOTICE = {
    **dict.fromkeys(("dong y", "bat dau", "co", "vang", "da", "da vang", "u", "duoc", "ok", "yes", "agree"), "agree"),
    **dict.fromkeys(("khong", "khong tham gia", "khong dong y", "no"), "decline"),
}
# What a language is called, and the words that may surround its name in a request: "can you speak English?".
_LANGUAGES = {"en": "english|tieng anh", "vi": "vietnamese|tieng viet"}
_NAMED = re.compile("|".join(f"(?P<{code}>\\b(?:{names})\\b)" for code, names in _LANGUAGES.items()))
_ASKED_WITH = """
a answer can cant could did do does dont have hello help hi i in into is it know language me my no not only please read
reply sorry speak switch talk the there this to understand us use want we with write you
a anh bang biet cho chi chuyen co cung da di doi dum duoc em giup giai han hay hieu hok hong khong k ko lai loi minh
muon nha nhe noi nua oi qua sang thoi toi tra tui ve viet voi vui long xin
"""
_ALLOWED_WORDS = frozenset(_ASKED_WITH.split())
_DENYING = frozenset(("cant", "dont", "not", "no", "khong", "ko", "k"))


def language_asked(phrase: str) -> str:
    """Return the action for a phrase that asks for a language, or says that one is not known; empty for any other."""
    named = list(_NAMED.finditer(phrase))
    if len(named) != 1:
        return ""
    (name,) = named
    before, after = (
        re.findall(r"\w+", part.replace("'", "")) for part in (phrase[: name.start()], phrase[name.end() :])
    )
    if not _ALLOWED_WORDS.issuperset((*before, *after)):
        return ""
    others = [code for code in _LANGUAGES if code != name.lastgroup]
    return f"{LANGUAGE}{others[0] if _DENYING.intersection(before) else name.lastgroup}"
