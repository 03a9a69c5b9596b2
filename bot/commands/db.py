"""motcua db: upgrading tables, checking the database, backups and restoring them."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Annotated
from zipfile import ZipFile

import typer

from bot.commands.common import Refused, carry_out, no_database, open_existing, print_upgrade
from bot.commands.outfile import check_ending, written
from bot.commands.usage import Commands
from bot.settings import Settings
from locales.system_errors import reason
from storage.database import archive
from storage.database.archive import Damaged, Manifest
from storage.database.backup import back_up
from storage.database.engine import is_missing
from storage.database.restore import NotEmpty, restore
from storage.database.server_lock import serves_another, serving
from storage.database.upgrade import at_head, upgrade
from storage.database.whole_files import PRIVATE
from storage.store import SqlStore

app = Commands(help="Cơ sở dữ liệu.")
# What a unit keeps in DATA_DIR besides the database and the secret key.
FOLDERS = ("forms", "locales", "audio", "templates")
SETTINGS_SUFFIX = ".toml"


@app.command("upgrade")
def upgrade_() -> None:
    """Tạo hoặc nâng cấp các bảng."""

    async def work(settings: Settings) -> None:
        place = settings.database_url.get_secret_value()
        store = SqlStore.open(place)
        try:
            if not await at_head(store.engine):
                # A running server of the older version would go on writing into tables of the new one.
                with serving(place):
                    print_upgrade(await upgrade(store.engine, datetime.now(settings.zone)))
        finally:
            await store.close()
        print("Cơ sở dữ liệu đã đúng phiên bản.")

    carry_out(work)


@app.command()
def check() -> None:
    """Kiểm tra cơ sở dữ liệu: cấu trúc, chỗ trống, quyền ghi, ghi thử một dòng. Mã kết thúc 1 và nêu từng điều sai."""

    async def work(settings: Settings) -> None:
        place = settings.database_url.get_secret_value()
        async with open_existing(settings) as store:
            found = [" ".join(problem.split()) for problem in await store.damage()]
            if found:
                raise Refused("cơ sở dữ liệu hỏng: " + "; ".join(found))
            health = await store.health(datetime.now(settings.zone))
            sentences = [trouble.sentence for trouble in health.troubles]
            if another := serves_another(place):
                sentences.append(another)
            if sentences:
                raise Refused(" ".join(sentences))
            async with store.reading() as tx:
                counts = len(await tx.units()), len(await tx.counters()), await store.waiting()
                blank = await tx.without_answers()
        print("Tốt. Đơn vị: {}, quầy: {}, tin chờ gửi: {}.".format(*counts))
        if blank:
            print(
                f"Lưu ý: {blank} phiếu đã gửi mà không có câu trả lời nào. Bản trước của chương trình làm mất câu trả "
                "lời khi nâng cấp tệp SQLite; nếu có bản sao lưu trước lần nâng cấp đó, khôi phục từ bản ấy."
            )

    carry_out(work)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp .zip sẽ ghi")],
    force: Annotated[bool, typer.Option("--force", help="Ghi đè tệp đã có")] = False,
) -> None:
    """Sao lưu cơ sở dữ liệu và tệp riêng của đơn vị vào một tệp .zip. Không cần dừng motcua run.

    Tệp khôi phục được vào SQLite lẫn PostgreSQL. Không có trong tệp: SECRET_KEY, các cuộc trò chuyện với
    người dân, khóa bình chọn, mã mời và lượt đăng nhập của cán bộ.
    """

    async def work(settings: Settings) -> None:
        check_ending(file, ".zip")
        if file.exists() and not force:
            raise Refused(f"{file} đã có; đặt tên khác, hoặc thêm --force để ghi đè")
        place = settings.database_url.get_secret_value()
        if is_missing(place):
            raise no_database(settings)
        store = SqlStore.open(place)
        try:
            if problems := await store.damage():
                raise Refused(
                    f"cơ sở dữ liệu hỏng, chưa sao lưu: {'; '.join(problems)}. Giữ nguyên tệp, khôi phục từ bản trước."
                )
            # The file holds what citizens wrote, so only its owner may read it.
            with written(file, PRIVATE) as temporary:
                manifest = await back_up(store.engine, temporary, _unit_files(settings), datetime.now(settings.zone))
        except Damaged as error:
            raise Refused(f"tệp vừa ghi đọc lại không đúng, hãy ghi sang ổ đĩa khác: {error}") from error
        finally:
            await store.close()
        print(f"Đã sao lưu vào {file}: {_described(manifest)}.")
        print("Không có trong tệp, cần giữ riêng: SECRET_KEY hoặc DATA_DIR/secret.key, và tệp .env.")
        print("Không sao lưu (có chủ ý): cuộc trò chuyện, tin chờ gửi, khóa bình chọn, mã mời, lượt đăng nhập.")

    carry_out(work)


@app.command("restore")
def restore_(
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp .zip của motcua db backup")],
    force: Annotated[bool, typer.Option("--force", help="Xóa dữ liệu đang có rồi khôi phục")] = False,
) -> None:
    """Khôi phục một bản sao lưu vào cơ sở dữ liệu ở DATABASE_URL: đủ cả, hoặc không thay đổi gì.

    Dừng motcua run trước. Bản sao lưu của phiên bản cũ hơn được nâng cấp luôn.
    """

    async def work(settings: Settings) -> None:
        store = SqlStore.open(settings.database_url.get_secret_value())
        try:
            manifest = await restore(store.engine, file, force=force)
        except OSError as error:
            raise Refused(f"không đọc được {file}: {reason(error)}") from error
        except Damaged as error:
            raise Refused(f"{error}. Chưa thay đổi gì.") from error
        except NotEmpty as error:
            raise Refused(
                f"cơ sở dữ liệu đang có dữ liệu: {error}. Chưa thay đổi gì. "
                "Sao lưu trước (motcua db backup), rồi thêm --force để xóa và khôi phục."
            ) from error
        finally:
            await store.close()
        made_at = datetime.fromisoformat(manifest.made_at).astimezone(settings.zone).strftime("%H:%M ngày %d/%m/%Y")
        print(f"Đã khôi phục bản sao lưu lúc {made_at}: {_described(manifest)}.")
        with ZipFile(file) as packed:
            for sentence in _put_back(settings.data_dir, packed, manifest):
                print(sentence)
        print("Cán bộ đăng nhập lại bằng: motcua staff login. Ai được xóa dữ liệu sau ngày sao lưu thì xóa lại.")

    carry_out(work)


def _described(manifest: Manifest) -> str:
    rows = sum(part.rows for part in manifest.tables)
    answers = next((part.rows for part in manifest.tables if part.name == "response"), 0)
    return f"{rows} dòng trong {len(manifest.tables)} bảng ({answers} phiếu), {len(manifest.files)} tệp riêng"


def _unit_files(settings: Settings) -> dict[str, bytes]:
    """Return the unit's files by their path in DATA_DIR, without hidden files and links."""
    root = settings.data_dir
    found = [path for folder in FOLDERS for path in (root / folder).rglob("*")]
    found += root.glob(f"*{SETTINGS_SUFFIX}")
    plain = [path for path in found if path.is_file() and not path.is_symlink()]
    names = {path.relative_to(root).as_posix(): path for path in plain}
    try:
        return {name: path.read_bytes() for name, path in names.items() if _is_unit_file(name)}
    except OSError as error:
        raise Refused(f"không đọc được {error.filename}: {reason(error)}") from error


def _is_unit_file(name: str) -> bool:
    """Tell whether a path may belong to a unit's files; other paths in a backup are ignored."""
    parts = PurePosixPath(name).parts
    if not parts or "\\" in name or any(part.startswith(".") or ":" in part for part in parts):
        return False
    return parts[0] in FOLDERS if len(parts) > 1 else name.endswith(SETTINGS_SUFFIX)


def _put_back(root: Path, packed: ZipFile, manifest: Manifest) -> Iterable[str]:
    """Write the unit's missing files; existing files that differ are kept and named."""
    for part in manifest.files:
        path = root / part.name
        if not _is_unit_file(part.name):
            yield f"Bỏ qua tệp {part.name!r}: không phải tệp riêng của đơn vị."
        elif not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with written(path) as temporary:
                temporary.write_bytes(archive.content(packed, part.name))
            yield f"Đã đặt lại {path}."
        elif hashlib.sha256(path.read_bytes()).hexdigest() != part.sha256:
            yield f"Giữ nguyên {path}: khác tệp trong bản sao lưu."
