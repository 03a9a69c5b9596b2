"""Sentences that say why a database cannot be used, and what to do."""

from sqlalchemy import URL
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from locales.system_errors import reason

_SIGNS = {
    "unable to open": "Không mở được tệp; xem lại đường dẫn và quyền ghi của thư mục.",
    "locked": "Chương trình khác đang ghi vào đó; chờ một lát rồi thử lại.",
    "malformed": "Tệp đã hỏng; khôi phục từ bản sao lưu.",
    "not a database": "Tệp này không phải cơ sở dữ liệu SQLite; xem lại đường dẫn.",
    "already exists": "Cơ sở dữ liệu này của chương trình khác; đặt DATABASE_URL tới chỗ khác.",
    "does not exist": "Tạo người dùng và cơ sở dữ liệu trước (createuser, createdb), rồi chạy lại.",
    "password authentication failed": "Sai tên người dùng hoặc mật khẩu; xem lại DATABASE_URL.",
    "readonly": "Tệp hoặc thư mục chỉ cho đọc; cấp quyền ghi.",
    "read-only": "Máy chủ PostgreSQL đang chỉ cho đọc; trỏ DATABASE_URL tới máy chủ chính.",
    "disk is full": "Ổ đĩa đã đầy; dọn chỗ trống.",
    "disk I/O error": "Không ghi được xuống ổ đĩa: hết chỗ, hết hạn mức, hoặc ổ đĩa hỏng.",
    "No space left": "Ổ đĩa của máy chủ PostgreSQL đã đầy; dọn chỗ trống.",
}
# SQLSTATE classes by which PostgreSQL reports a fault of the server, not of the statement: connection, resources,
# operator, system, internal, and 25006 for a read-only server
# (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_TROUBLE = ("08", "53", "57", "58", "XX", "25006")


def is_unusable(error: DBAPIError) -> bool:
    """Tell whether an error is caused by the state of the database and not by the statement."""
    if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
        return True
    if state := getattr(error.orig, "sqlstate", None):
        return str(state).startswith(_TROUBLE)
    # SQLite raises this for a damaged or foreign file; faulty statements raise its subclasses.
    return type(error) is DatabaseError


def advice(engine: AsyncEngine, error: Exception) -> str:
    """Return a sentence that says why a database could not be used, and what to do."""
    cause = getattr(error, "orig", None) or error
    words = reason(cause) if isinstance(cause, OSError) else str(cause).splitlines()[0]
    place = place_of(engine.url)
    for sign, sentence in _SIGNS.items():
        if sign in words:
            return f"Cơ sở dữ liệu {place}: {sentence}"
    if engine.url.get_backend_name() == "sqlite":
        return f"Không mở được cơ sở dữ liệu {place}: {words}. Xem lại đường dẫn và quyền ghi của thư mục."
    return (
        f"Không kết nối được cơ sở dữ liệu {place}: {words}. "
        "Xem máy chủ PostgreSQL đã chạy chưa và DATABASE_URL có đúng không."
    )


def place_of(url: URL) -> str:
    """Return a URL without its password, so that it may be shown."""
    return url.render_as_string(hide_password=True)
