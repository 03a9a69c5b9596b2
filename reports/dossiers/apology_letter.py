"""A draft of the letter that apologizes for a late dossier and proposes a new day (TT 03/2025/TT-VPCP, form 04).

The wording is our own, in the form of NĐ 30/2020/NĐ-CP (apology_template.py); blanks for the clerk to fill in are
printed as "……".
"""

import re
import zlib
from importlib.resources import files

from catalog.text import fold
from handlers.wording import day_text
from reports.dossiers.apology_template import BLANK, SHIPPED
from reports.dossiers.dossier import Dossier
from reports.office.packing import OLDEST
from reports.office.safe_cells import clean
from reports.office.word_filling import filled

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", re.ASCII)
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


def apology_name(dossier: Dossier) -> str:
    """Return a file name in plain ASCII that says this is a draft: "du-thao-xin-loi_H20.34-261120-0001.docx"."""
    code = dossier.code
    if not _PLAIN.fullmatch(code):
        code = f"{_NOT_PLAIN.sub('-', fold(code))[:60].strip('-')}_{zlib.crc32(code.encode()):08x}"
    return f"du-thao-xin-loi_{code}.docx"


def apology_letter(dossier: Dossier, unit: str, contact: str, *, sample: bool = False) -> bytes:
    """Return the draft as .docx; the same bytes for the same dossier, unit and contact.

    Number, day, the citizen's name, the reason and the new day are left blank: the list of dossiers knows
    none of them. `contact` is the unit's phone or address, "" if unknown. A letter of the `sample` says so on its page.
    """
    values = {
        "don_vi": clean(unit),
        "ma_ho_so": clean(dossier.code),
        "thu_tuc": clean(dossier.name),
        "ngay_nhan": day_text(dossier.received_on),
        "ngay_hen": day_text(dossier.due_on) if dossier.due_on else BLANK,
        "lien_he": clean(contact),
    }
    template = files(__package__).joinpath(SHIPPED).read_bytes()
    title = "Dự thảo văn bản xin lỗi"
    return filled(template, lambda _: values, title=title, author="", moment=OLDEST, sample=sample)
