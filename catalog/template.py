"""The workbook that an admin fills in with procedures, or gets with the current ones: its columns and their meaning."""

from dataclasses import dataclass

from catalog.codes import SAMPLE_CODE
from catalog.entries import Entry
from catalog.titles import UNCHECKED

SHEET, GUIDE = "Danh mục", "Hướng dẫn"
GUIDE_TITLES = ("Cột", "Cách ghi", "Bắt buộc")
INTRODUCTION = (
    "Mỗi dòng một thủ tục ở trang «Danh mục». Xóa dòng mẫu trước khi gửi.",
    "Ô để trống không xóa nội dung đã có; thủ tục không có trong tệp vẫn giữ nguyên.",
    "Không đổi tên cột; cột không dùng có thể bỏ.",
)
ABOUT_CURRENT = (
    "Mỗi dòng một thủ tục đang có. Sửa rồi gửi lại tệp này; chưa có gì thay đổi cho đến khi xem trước và xác nhận.",
    "Ô để trống không xóa nội dung đã có; dòng đã xóa khỏi tệp thì thủ tục vẫn giữ nguyên.",
    "Thủ tục đã bãi bỏ hoặc chưa có hiệu lực không ghi ở đây. Không đổi tên cột.",
)
# The most characters that a cell of Excel holds.
LONGEST_IN_CELL = 32_767


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the key of an entry that it fills, its title, how it is filled in, and what the sample row has."""

    key: str
    title: str
    means: str
    sample: str = ""
    needed: bool = False


COLUMNS = (
    Column(
        "code", "Mã thủ tục", "Mã quốc gia, ví dụ 1.001193. Ô đã định dạng chữ để không mất số 0.", SAMPLE_CODE, True
    ),
    Column("name", "Tên thủ tục", "Tên đúng như công bố.", "Cấp bản sao trích lục (dòng mẫu, xin xóa)", True),
    Column("field", "Lĩnh vực", "Ví dụ: Hộ tịch.", "Hộ tịch"),
    Column("level", "Cấp thực hiện", "Cấp xã, Cấp tỉnh hoặc Cấp bộ; nhiều cấp cách nhau bằng dấu phẩy.", "Cấp xã"),
    Column("agency", "Cơ quan thực hiện", "Cơ quan giải quyết.", "Ủy ban nhân dân cấp xã"),
    Column("subjects", "Đối tượng thực hiện", "Ai được làm thủ tục này.", "Công dân"),
    Column("time", "Thời hạn giải quyết", "Luôn ghi đơn vị: ngày, ngày làm việc, giờ.", "5 ngày làm việc"),
    Column("committed", "Thời hạn cam kết", "Thời hạn đơn vị cam kết, nếu ngắn hơn quy định.", "3 ngày làm việc"),
    Column("fee", "Phí, lệ phí", "Ghi đủ số tiền và chữ đồng, hoặc Không.", "Không"),
    Column("documents", "Thành phần hồ sơ", "Mỗi giấy tờ một dòng trong ô (Alt+Enter).", "Tờ khai\nGiấy tờ tùy thân"),
    Column("steps", "Trình tự thực hiện", "Mỗi bước một dòng trong ô."),
    Column("channels", "Cách thức thực hiện", "Trực tiếp, trực tuyến, bưu chính."),
    Column("where", "Nơi tiếp nhận", "Nơi nộp hồ sơ."),
    Column("result", "Kết quả thực hiện", "Giấy tờ người dân nhận được."),
    Column("conditions", "Yêu cầu, điều kiện", "Nếu có."),
    Column("forms", "Mẫu đơn, tờ khai", "Tên mẫu."),
    Column("legal_basis", "Căn cứ pháp lý", "Mỗi văn bản một dòng trong ô."),
    Column("decision", "Quyết định công bố", "Số quyết định công bố thủ tục."),
    Column("effective", "Ngày có hiệu lực", "Ngày/tháng/năm; để trống là áp dụng ngay."),
    Column("short", "Tên ngắn", "Tên gọn để hiện trên nút bấm."),
    Column(
        "also", "Tên gọi khác", "Người dân gọi thế nào; nhiều tên cách nhau bằng dấu chấm phẩy.", "sao giấy hộ tịch"
    ),
    Column("url", "Đường dẫn", "Trang của thủ tục trên Cổng Dịch vụ công."),
    Column(
        UNCHECKED,
        "Chưa đối chiếu",
        "Tên các cột chưa so với văn bản gốc, cách nhau bằng dấu chấm phẩy; so xong thì xóa.",
    ),
)


TITLES = {column.key: column.title for column in COLUMNS}


def cells(entry: Entry) -> dict[str, str]:
    """Return what a procedure has in the workbook, by the key of a column; what no cell can hold is left out."""
    texts = {column.key: str(getattr(entry, column.key, "")) for column in COLUMNS}
    texts[UNCHECKED] = "; ".join(TITLES[key] for key in entry.unchecked if key in TITLES)
    return {key: text for key, text in texts.items() if 0 < len(text) <= LONGEST_IN_CELL}


def too_long(entry: Entry) -> list[str]:
    """Return the keys of the texts that no cell can hold."""
    return [column.key for column in COLUMNS if len(str(getattr(entry, column.key, ""))) > LONGEST_IN_CELL]
