"""Suspicious values in an exported list of dossiers that do not prevent the import."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from reports.dossiers.dossier import Dossier, Moment
from reports.dossiers.export_columns import Titles

MOST_EXAMPLES = 3
FEW = 20


class Remarks:
    """Gathers remarks row by row. `no_dossier` and `repeated` hold the numbers of rows that were left out."""

    def __init__(self, titles: Titles, today: date) -> None:
        self._titles = titles
        self._today = today
        self.no_dossier: list[int] = []
        self.repeated: list[int] = []
        self._found: dict[str, list[int]] = {}

    def look(
        self,
        number: int,
        received: Moment,
        due: Moment | None,
        resolved: Moment | None,
        *,
        way: bool,
        texts: Mapping[str, str],
    ) -> None:
        """Look at one dossier; a day without a time is compared by the day alone."""
        ended = any(word in texts["state"].lower() for word in ("đã trả", "đã kết thúc", "hoàn thành", "đã có kết quả"))
        for wrong, remark in (
            (due is None, "không có hạn trả: coi là không có thời hạn, không tính trễ"),
            (not texts["field"], "không ghi lĩnh vực"),
            (not way, "không ghi hình thức nộp: tính là trực tiếp"),
            (resolved is not None and _before(resolved, received), "có kết quả trước khi tiếp nhận"),
            (due is not None and due.at < received.at, "có hạn trả trước khi tiếp nhận"),
            (received.day > self._today, "có ngày tiếp nhận sau hôm nay"),
            (resolved is not None and resolved.day > self._today, "có ngày kết quả sau hôm nay"),
            (resolved is None and ended, "có trạng thái đã xong mà không có ngày nào: tính là đang giải quyết"),
        ):
            if wrong:
                self._found.setdefault(remark, []).append(number)

    def sentences(self, dossiers: list[Dossier]) -> list[str]:
        """Return the remarks as sentences with the first rows of each."""
        lines = [f"{len(rows)} hồ sơ {remark} ({_rows(rows)})." for remark, rows in self._found.items()]
        if self.repeated:
            lines.append(f"{len(self.repeated)} dòng lặp lại y hệt dòng trước, tính một lần ({_rows(self.repeated)}).")
        if self.no_dossier:
            lines.append(f"{len(self.no_dossier)} dòng không có mã hồ sơ và ngày, bỏ qua ({_rows(self.no_dossier)}).")
        for key, what in (
            ("handed", "«Ngày trả kết quả»: không theo dõi được hồ sơ có kết quả mà chưa trả"),
            ("closed", "«Ngày kết thúc»: không theo dõi được hồ sơ đã trả giấy mà chưa kết thúc trên phần mềm"),
            ("field", "«Lĩnh vực»: không chia được theo lĩnh vực"),
        ):
            if key not in self._titles.keys:
                lines.append(f"Tệp không có cột {what}.")
        settled = Counter(
            (one.resolved_on < one.due_on) - (one.resolved_on > one.due_on)
            for one in dossiers
            if one.resolved_on and one.due_on
        )
        if settled[1] >= FEW and not settled[0]:
            lines.append(
                f"Không hồ sơ nào có kết quả đúng ngày hẹn trong khi {settled[1]} hồ sơ trước hạn: xem lại cột hạn trả."
            )
        return lines


def _before(one: Moment, other: Moment) -> bool:
    return one.at < other.at if one.exact and other.exact else one.day < other.day


def _rows(rows: list[int]) -> str:
    named = ", ".join(map(str, rows[:MOST_EXAMPLES]))
    return f"dòng {named}{' …' if len(rows) > MOST_EXAMPLES else ''}"
