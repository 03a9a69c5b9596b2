"""Catalogs to measure on: a file, or one made up of the lexicon's procedures and of neighbours that resemble them."""

import random
from pathlib import Path

from bot.demo import sample_entries
from catalog.entries import Entry
from catalog.lexicon import lexicon
from catalog.source import read

ACTS = """Cấp|Cấp lại|Cấp đổi|Gia hạn|Điều chỉnh|Thu hồi|Đăng ký|Đăng ký lại|Thẩm định|Phê duyệt|Công nhận|Chấm dứt|
Thông báo|Xác nhận""".replace("\n", "").split("|")
THINGS = """giấy phép|giấy chứng nhận đủ điều kiện|chứng chỉ hành nghề|quyết định|phương án|hồ sơ thiết kế|báo cáo|
danh mục|văn bản chấp thuận|giấy xác nhận""".replace("\n", "").split("|")
MATTERS = """kinh doanh xăng dầu|khai thác khoáng sản|vận tải hành khách|dịch vụ viễn thông|kiểm định xe cơ giới|
đóng tàu biển|phòng thí nghiệm|nhập khẩu thuốc thú y|quảng cáo mỹ phẩm|hành nghề luật sư|giám định tư pháp|
quan trắc môi trường|công trình thủy lợi|rừng phòng hộ|nuôi trồng thủy sản|trạm phát sóng|dự án đầu tư|
bảo hiểm hàng hải|thiết bị y tế|chất thải nguy hại""".replace("\n", "").split("|")
TAILS = """| (cấp tỉnh)| đối với tổ chức| đối với cá nhân| có yếu tố nước ngoài| trong trường hợp bị mất, hỏng|
 thuộc thẩm quyền của Bộ| do thay đổi thông tin| lần đầu| cho người Việt Nam ở nước ngoài""".replace("\n", "").split(
    "|"
)


def real(path: Path) -> list[Entry]:
    """Read a catalog file."""
    return [entry for entry in read(path) if isinstance(entry, Entry)]


def made(count: int) -> list[Entry]:
    """Make a catalog: the sample, the lexicon's procedures by their labels, and specialist neighbours."""
    entries = {entry.code: entry for entry in sample_entries()}
    text = max((entry.documents for entry in entries.values()), key=len)
    for known in lexicon().known.values():
        entries.setdefault(
            known.code,
            Entry(known.code, known.label, field="Lĩnh vực khác", level="Cấp xã", documents=text, time="5 ngày"),
        )
    chance = random.Random(count)
    while len(entries) < count:
        name = f"{chance.choice(ACTS)} {chance.choice(THINGS)} {chance.choice(MATTERS)}{chance.choice(TAILS)}"
        code = f"9.{len(entries):06d}"
        entries[code] = Entry(code, f"{name} {chance.choice(MATTERS)}", field=chance.choice(MATTERS), documents=text)
    return list(entries.values())[:count]
