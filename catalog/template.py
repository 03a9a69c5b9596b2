"""The workbook that an admin fills in with procedures: its columns, what each means, and one row that shows how."""

import io
import sys
from dataclasses import dataclass

from catalog.codes import SAMPLE_CODE

NAME = "danh-muc-mau.xlsx"
SHEET, GUIDE = "Danh mục", "Hướng dẫn"
_GUIDE = ("Cột", "Cách ghi", "Bắt buộc")
_INTRODUCTION = (
    "Mỗi dòng một thủ tục ở trang «Danh mục». Xóa dòng mẫu trước khi gửi. Ô để trống không xóa nội dung đã có; "
    "thủ tục không có trong tệp vẫn giữ nguyên. Không đổi tên cột; cột không dùng có thể bỏ."
)


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
)


def workbook() -> bytes:
    """Return the workbook (.xlsx)."""
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    sheet.append([column.title for column in COLUMNS])
    sheet.append([column.sample or None for column in COLUMNS])
    for number, column in enumerate(COLUMNS, 1):
        head, shown = sheet.cell(1, number), sheet.cell(2, number)
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor="DDEBF7" if column.needed else "F2F2F2")
        shown.font = Font(italic=True, color="7F7F7F")
        shown.alignment = head.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[head.column_letter].width = 28
    for row in range(2, 500):
        sheet.cell(row, 1).number_format = "@"
    sheet.freeze_panes = "C2"
    guide = book.create_sheet(GUIDE)
    guide.append([_INTRODUCTION])
    guide.append(list(_GUIDE))
    for column in COLUMNS:
        guide.append([column.title, column.means, "Có" if column.needed else ""])
    for letter, width in (("A", 26), ("B", 80), ("C", 12)):
        guide.column_dimensions[letter].width = width
    guide["A1"].alignment = Alignment(wrap_text=True, vertical="top")
    guide.merge_cells("A1:C1")
    guide.row_dimensions[1].height = 48
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(workbook())
