"""Commands and short phrases (folded) that are understood without a search, with the action of each."""

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
