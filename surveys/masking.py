"""Masks free text before it is stored: dots replace what identifies a person, kind by kind."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from surveys.digits import plain_digits

MASK = "•••"
ROUNDS = 4
Accept = Callable[[re.Match[str]], bool]

_BETWEEN = r" \n.,/_·()'’*~|\-\u00a0\u2000-\u200d\u2010-\u2015\u202f\u2060"
_GAP = rf"[{_BETWEEN}]{{0,3}}"
# Masking can uncover digits next to the mask, which then need another look.
_NEXT_TO_MASK = re.compile(rf"\d[.,/-]?{MASK}|{MASK}[.,/-]?\d")
_HINT = re.compile(r"\d{2}|\d[ .\-/\n]|@|\(at\)|kh[oô]ng", re.IGNORECASE)

# Amounts of money, dates, times, years, numbers of laws and codes of procedures identify nobody.
_MONEY_AFTER = re.compile(r"\s?(?:đ|₫|đồng|dong|vnđ|vnd|k|tr|triệu|nghìn|ngàn|tỷ|tỉ|%)(?!\w)", re.IGNORECASE)
_MONEY_BEFORE = re.compile(
    r"(?:tiền|phí|giá|phạt|nộp|đóng|trả|thu|hết)\s{0,2}(?:là|khoảng|tới|đến|hết)?\s{0,2}:?\s{0,2}$", re.IGNORECASE
)
_FILE_BEFORE = re.compile(
    r"(?:hồ sơ|biên nhận|biên lai|hóa đơn|hoá đơn|quyết định|công văn|thủ tục)\s{0,2}(?:số|mã|là)?\s{0,2}:?\s{0,2}$",
    re.IGNORECASE,
)
_LAW_AFTER = re.compile(r"/[^\W\d]")
_HARMLESS = re.compile(
    r"\d{1,2}[-./]\d{1,2}[-./](?:\d{4}|\d{2})"  # dates
    r"|\d{1,2}[-/.]\d{4}|\d{1,3}/\d{4}"  # months, numbers of laws
    r"|(?:19|20)\d\d(?:[ ,\-–/\n]{1,3}(?:19|20)\d\d)*"  # years
    r"|\d{1,2}[.:]\d\d(?:[ ,\-–]{1,3}\d{1,2}[.:]\d\d)+"  # times
    r"|\d\.\d{6}"  # codes of procedures
)
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_TIMES = re.compile(r"(?:[01]\d|2[0-3])[.:][0-5]\d\s?[-–]\s?(?:[01]?\d|2[0-3])[.:][0-5]\d")
_YEARS = re.compile(r"(?:19|20)\d\d(?:[ -](?:19|20)\d\d)+")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of text that identifies a person: its pattern (`form`), and a second look at each match (`accept`)."""

    name: str
    form: re.Pattern[str]
    accept: Accept = lambda _found: True

    def masked(self, text: str) -> str:
        """Return a text in which everything of this kind is masked."""
        return self.form.sub(lambda found: self._kept(found) + MASK if self.accept(found) else found[0], text)

    @staticmethod
    def _kept(found: re.Match[str]) -> str:
        """Return the words before the number itself, which name its kind."""
        return found[0][: found.start("number") - found.start()] if "number" in found.re.groupindex else ""


def _is_named(found: re.Match[str]) -> bool:
    """Tell whether a number after the name of a kind is of that kind, and not a date, a law's number or money."""
    number, after = found["number"], found.string[found.end() : found.end() + 12]
    if _HARMLESS.fullmatch(number) or _MONEY_AFTER.match(after) or _LAW_AFTER.match(after):
        return False
    return not _THOUSANDS.fullmatch(number) or sum(map(str.isdigit, number)) in (9, 12)


def _is_no_money(found: re.Match[str]) -> bool:
    """Tell whether a number is neither an amount of money, nor years, nor the number of a dossier or a paper."""
    if _YEARS.fullmatch(found[0]):
        return False
    before, after = found.string[max(found.start() - 24, 0) : found.start()], found.string[found.end() :][:12]
    return not (_MONEY_AFTER.match(after) or _MONEY_BEFORE.search(before) or _FILE_BEFORE.search(before))


def _is_no_time(found: re.Match[str]) -> bool:
    """Tell whether digits that begin with 0 are something other than a list of opening hours."""
    return not _TIMES.match(found[0])


def _is_long(found: re.Match[str]) -> bool:
    """Tell whether digits in words are at least as many as those of a telephone number."""
    return len(_DIGIT.findall(found[0])) >= 9


_NAMES = (
    r"stk|số tk|so tk|tk|(?:số )?tài khoản|(?:so )?tai khoan|account|số thẻ|so the"
    r"|bhxh|bhyt|bảo hiểm xã hội|bảo hiểm y tế|mst|mã số thuế|ma so thue|gplx|giấy phép lái xe"
    r"|cccd|cmnd|cmt|căn cước(?: công dân)?|can cuoc|chứng minh(?: thư| nhân dân)?|định danh|hộ chiếu|ho chieu|passport"
    r"|sđt|sdt|đt|điện thoại|dien thoai|zalo|hotline|phone"
)
_DIGIT = re.compile(
    r"\d|không|khong|một|mot|mốt|hai|ba|bốn|bon|tư|tu|năm|nam|lăm|lam|sáu|sau|bảy|bẩy|bay|tám|tam|chín|chin",
    re.IGNORECASE,
)
_WORD = rf"(?:(?:{_DIGIT.pattern[3:]})(?!\w)|\d++)"
# The patterns follow the rules of the issuers: decree 154/2024 (ID cards), circular 17/2024/TT-BCA and 79/2024/TT-BCA
# (plates), decision 1351/QĐ-BHXH and 2222/QĐ-BHXH (insurance), circular 86/2024/TT-BTC (taxes), ICAO 9303 (passports).
# The order matters: numbers that follow the name of their kind are masked before those known by their digits alone.
KINDS = (
    Kind(
        "e-mail",
        re.compile(
            r"(?<![\w.+-])[\w.+-]++\s?(?:@|\(at\)|\[at\])\s?[A-Za-z0-9-]++(?:\s?\.\s?[A-Za-z][A-Za-z0-9-]++)++",
            re.IGNORECASE,
        ),
    ),
    Kind(
        "named",
        re.compile(
            rf"(?=[abcđdghmpstz])(?<!\w)(?:{_NAMES})(?!\w)[^\d\n;!?]{{0,30}}?(?:số|:|\s|\.|,|-)\n?(?P<number>(?<!\w)"
            r"(?:\d{3}[A-Z]\d{8}|(?:[A-Z]{1,2}\s?)?\d(?:[ \n.\-/\u00a0]{0,3}\d){5,18}+)(?!\d))",
            re.IGNORECASE,
        ),
        _is_named,
    ),
    Kind("health insurance", re.compile(r"[A-Za-z](?<!\w.)[A-Za-z][ .-]{0,2}\d(?:[ .-]{0,2}\d){12}(?!\d)")),
    Kind("passport", re.compile(r"[A-Za-z](?<!\w.)\d{7,8}(?!\w)")),
    Kind(
        "plate",
        re.compile(
            r"[1-9](?<![\w.,/-].)\d(?:"
            r"[ -]?(?:[A-HK-NPS-VX-Z]\d?|[A-HK-NPS-VX-Z]{2}|LD|MĐ|NG|NN|QT|DA|KT|TĐ|HC|R)[ .-]{0,3}"
            r"(?:\d{3}[. ]?\d{2}|\d{4})|[a-hk-np-vx-z]\d?-?(?:\d{3}\.?\d{2}|\d{4}))(?![\w]|[.,/]\d)"
        ),
    ),
    Kind("tax number of a branch", re.compile(r"\d(?<!\d.)(?<!\d[.,].)\d{9}-\d{3}(?!\d)")),
    Kind(
        "telephone dialled from abroad",
        re.compile(rf"0(?<!\d.)(?<!\d[.,].){_GAP}0{_GAP}8{_GAP}4(?:{_GAP}\d){{9,10}}(?!\d)"),
    ),
    # 10 to 12 digits that begin with 0, or the country code with 9 or 10 digits after it, in any grouping.
    Kind(
        "telephone with brackets",
        re.compile(rf"\((?=\+?\d{{1,5}}\))\+?(?:84(?:{_GAP}\d){{9,10}}|0(?:{_GAP}\d){{9,11}})(?!\d)"),
    ),
    Kind("telephone with its country", re.compile(rf"\+{_GAP}84(?:{_GAP}\d){{9,10}}(?!\d)")),
    Kind("telephone with 84", re.compile(rf"84(?<!\d..)(?<!\d[.,]..)(?:{_GAP}\d){{9,10}}(?!\d)")),
    Kind(
        "telephone or ID card",
        re.compile(
            rf"0(?<!\d.)(?<!\d[.,].)(?!\d?[-./]\d{{1,2}}[-./]\d{{4}}(?!\d))"
            rf"(?:{_GAP}\d){{9,11}}(?!\d)"
        ),
        _is_no_time,
    ),
    Kind("telephone from a letter", re.compile(rf"[oO](?<!\w.)(?:{_GAP}\d){{9,10}}(?!\d)")),
    Kind(
        "card, in one piece, in threes",
        re.compile(
            r"\d(?<!\d.)(?<!\d[.,].)(?:\d{3}(?:[ -]\d{4}){3}(?:[ -]?\d{3})?(?!\d)|\d{8,}+"
            r"|\d\d(?:[ \u00a0-]\d{3}){2}(?![ \u00a0-]?\d))"
        ),
        _is_no_money,
    ),
    Kind(
        "in words",
        re.compile(rf"(?=[k0])(?<!\w)(?:(?:không|khong)(?!\w)|0)(?:[\s,.-]{{1,3}}{_WORD})++", re.IGNORECASE),
        _is_long,
    ),
)


def mask(text: str) -> str:
    """Return a text with dots in place of what identifies a person, in any script's digits. Time grows with length."""
    plain = text if text.isascii() else plain_digits(text)
    if not _HINT.search(plain):
        return plain
    for _ in range(ROUNDS):
        before = plain
        for kind in KINDS:
            plain = kind.masked(plain)
        if plain == before or not _NEXT_TO_MASK.search(plain):
            break
    return plain
