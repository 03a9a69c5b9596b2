"""Errors of the operating system in Vietnamese; its own sentences are in the language of the machine."""

import errno
import re
import socket

_ERRNO = re.compile(r"\[Errno (-?\d+)\]")
REASONS = {
    errno.ENOENT: "không có tệp hoặc thư mục đó",
    errno.EEXIST: "tên đó đã có",
    errno.EACCES: "không có quyền",
    errno.EPERM: "không được phép",
    errno.ENOSPC: "ổ đĩa đã đầy",
    errno.EDQUOT: "hết hạn mức của ổ đĩa",
    errno.EFBIG: "tệp vượt cỡ cho phép",
    errno.EROFS: "ổ đĩa chỉ cho đọc",
    errno.EIO: "ổ đĩa hoặc thiết bị lỗi",
    errno.EISDIR: "đó là một thư mục",
    errno.ENOTDIR: "một phần của đường dẫn không phải là thư mục",
    errno.ENOTEMPTY: "thư mục không trống",
    errno.ENAMETOOLONG: "tên quá dài",
    errno.ELOOP: "các liên kết dẫn vòng tròn",
    errno.EXDEV: "hai chỗ ở hai ổ đĩa khác nhau",
    errno.EINVAL: "giá trị không hợp lệ",
    errno.EBUSY: "đang có chương trình khác dùng",
    errno.ETXTBSY: "đang có chương trình khác dùng",
    errno.EAGAIN: "đang có chương trình khác dùng",
    errno.EMFILE: "đang mở quá nhiều tệp",
    errno.ENFILE: "đang mở quá nhiều tệp",
    errno.ENOMEM: "hết bộ nhớ",
    errno.EPIPE: "bên nhận đã đóng",
    errno.EADDRINUSE: "địa chỉ và cổng đang có chương trình khác dùng",
    errno.EADDRNOTAVAIL: "máy này không có địa chỉ đó",
    errno.ECONNREFUSED: "máy chủ từ chối kết nối",
    errno.ECONNRESET: "máy chủ ngắt kết nối",
    errno.ECONNABORTED: "kết nối bị ngắt",
    errno.ETIMEDOUT: "chờ quá lâu không có trả lời",
    errno.EHOSTUNREACH: "không có đường tới máy chủ",
    errno.ENETUNREACH: "không có đường tới mạng đó",
    socket.EAI_NONAME: "không có máy nào tên như vậy",
    socket.EAI_AGAIN: "chưa tìm được máy có tên đó",
}


def reason(error: OSError | UnicodeDecodeError) -> str:
    """Say why something cannot be read, written or reached; an error without a sentence here is named by its code."""
    if isinstance(error, UnicodeDecodeError):
        return "không phải chữ UTF-8"
    number = error.errno
    # asyncio reports several refused addresses as one error, with their numbers only in its text.
    if number is None and (found := _ERRNO.search(str(error))):
        number = int(found[1])
    if number is None:
        return "chờ quá lâu không có trả lời" if isinstance(error, TimeoutError) else f"lỗi hệ thống ({error})"
    return REASONS.get(number) or f"lỗi hệ thống {errno.errorcode.get(number, number)}"
