"""A round with its form and slips in every state."""

from datetime import date
from random import Random

from surveys.questionnaire import parse
from surveys.slips import Round, Slip, fresh

FORM = parse(
    """
code = "thu"
version = 1
title = "Thử"
notice = "Phiếu thử."
thanks = "Cảm ơn."
[scale]
vi = ["Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"]
[[page]]
question = [
  { id = "overall", kind = "scale", text = "Nhìn chung?", required = true, counted = true },
]
[[page]]
question = [
  { id = "why", kind = "multiple", text = "Vì sao?", limit = 2, when = { question = "overall", most = 2 }, option = [
    { value = "wait", label = "Chờ lâu" },
    { value = "papers", label = "Giấy tờ, biểu mẫu" },
    { value = "other", label = "Khác" } ] },
  { id = "age", kind = "single", text = "Tuổi?", option = [
    { value = "young", label = "Dưới 60" }, { value = "old", label = "Từ 60, trở lên" } ] },
  { id = "comment", kind = "text", text = "Ý kiến?", limit = 40 },
]
""",
    "thu.toml",
)
CHANCE = Random(20261120)
TODAY = date(2026, 11, 20)
ROUND = Round("Quý 4", "sa-dec", "thu", 5, date(2026, 10, 1), date(2026, 12, 31))
OPEN, USED, REVOKED, STARTED = (
    Slip(fresh(CHANCE.choice), "Quý 4", 1, occasion="refused"),
    Slip(fresh(CHANCE.choice), "Quý 4", 2, "used"),
    Slip(fresh(CHANCE.choice), "Quý 4", 3, "revoked"),
    Slip(fresh(CHANCE.choice), "Quý 4", 4, response="0" * 32),
)
