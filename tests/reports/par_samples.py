"""A filled-in table of the self-score."""

from pathlib import Path

HEADER = "Lĩnh vực;Tiêu chí;Điểm tối đa;Điểm tự chấm;Điểm ĐTXHH;ĐTXHH đạt;Ghi chú"
SA_DEC = """
Chỉ đạo điều hành;;16,50;13,91;2;;
Thể chế;;7;3;4;;
TTHC;(1) Đúng hạn;3;99,87%;;;
;(2) Còn lại;16;15,99;;;
;(6) Khảo sát SIPAS;10;;10;;
Bộ máy;;8;6;2;;
Công vụ;;14;5,77;8;;
Tài chính công;;7;2,5;3;;
CQĐT, CQ số;;14,5;7,8;1;;
Tác động KT-XH;;4;;;;
"""
SENTENCES = [
    "Chỉ số này ước Thành phố đạt 13,91/16,50 điểm. Trong đó, ĐTXHH: 02 điểm chưa xác định được.",
    "Chỉ số này ước Thành phố đạt 03/07 điểm. Trong đó, ĐTXHH: 04 điểm chưa xác định được.",
    "Chỉ số này ước Thành phố đạt 18,98/29 điểm. Trong đó, tiêu chí (6) ĐTXHH: 10 điểm chưa xác định được.",
    "Chỉ số này ước Thành phố đạt 06/08 điểm. Trong đó, ĐTXHH: 02 điểm chưa xác định được.",
    "Chỉ số này ước Thành phố đạt 5,77/14 điểm. Trong đó, ĐTXHH: 08 điểm chưa xác định được.",
    "Chỉ số này ước Thành phố đạt 2,5/07 điểm. Trong đó, ĐTXHH: 03 điểm chưa xác định được.",
    "Chỉ số này ước Thành phố đạt 7,8/14,5 điểm. Trong đó, ĐTXHH: 01 điểm chưa xác định được.",
    "Chỉ số này chưa xác định được điểm (tối đa 04 điểm).",
]
TOTAL = "57,96 điểm/70 điểm; 0/30 điểm ĐTXHH"


def table(folder: Path, rows: str) -> Path:
    """A filled table as CSV."""
    path = folder / "bang.csv"
    path.write_text(f"{HEADER}\n{rows.strip()}\n", encoding="utf-8")
    return path
