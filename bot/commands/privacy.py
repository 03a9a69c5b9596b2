"""motcua privacy: erasure of a chat's data, and the register of requests about personal data."""

from datetime import date, datetime
from typing import Annotated, Literal

import typer

from bot.commands.common import Refused, carry_out, open_existing, open_store
from bot.commands.listing import Json, print_list
from bot.commands.usage import Commands
from bot.settings import Settings
from handlers.ports import Erased
from locales.characters import readable
from reports import data_requests, periods
from reports.data_requests import Request
from surveys.masking import mask

app = Commands(help="Dữ liệu cá nhân: xóa, sổ yêu cầu.")
KINDS = {"access": "xem", "erase": "xóa", "withdraw": "rút phiếu", "restrict": "hạn chế"}


Number = Annotated[int, typer.Argument(metavar="SỐ", min=1, max=2**31 - 1, help="Số của yêu cầu")]
# A mistyped channel must not look like an empty one.
Channel = Literal["webchat", "telegram", "zalo", "zalo_bot", "console"]
Kind = Literal["access", "erase", "withdraw", "restrict"]


@app.command()
def erase(
    channel: Annotated[Channel, typer.Option(help="Kênh")],
    user: Annotated[str, typer.Option(help="Số trò chuyện của kênh")],
) -> None:
    """Xóa mọi dữ liệu của một cuộc trò chuyện. Không có gì để xóa thì nói vậy và kết thúc bằng mã 0."""

    async def work(settings: Settings) -> None:
        async with open_store(settings) as store, store.transaction() as tx:
            erased = await tx.erase(channel, readable(user), _today(settings))
        if erased == Erased():
            print(f"Không lưu gì của cuộc trò chuyện {user} trên {channel}.")
        else:
            print(f"Đã xóa dữ liệu của cuộc trò chuyện {user} trên {channel}:")
            print(f"  tin của hai bên, kể cả tin chưa gửi: {erased.lines}")
            print(f"  dấu tin đã trả lời: {erased.messages}")
            print(f"  bộ nhớ cuộc trò chuyện: {erased.sessions}")
            print(f"  tư cách cán bộ: {erased.memberships}")
            print(f"  phiếu gửi trong tuần này: {erased.forms}")
            print(f"  cách liên lạc ghi ở ý kiến: {erased.contacts}")
            print(f"  cách gửi trả lời ghi ở câu hỏi để lại: {erased.questions}")
        print(
            "Phiếu của các tuần trước, câu hỏi chưa có lời đáp và phản ánh, kiến nghị không ghi ai gửi, "
            "nên không tìm được để xóa."
        )

    carry_out(work)


@app.command()
def add(
    kind: Annotated[Kind, typer.Option(help="access xem, erase xóa, withdraw rút phiếu, restrict hạn chế")],
    received: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Ngày nhận yêu cầu")],
    note: Annotated[str, typer.Option(help="Ghi chú, không ghi ai yêu cầu")] = "",
    third_parties: Annotated[bool, typer.Option("--third-parties", help="Bên khác cũng phải dừng: 20 ngày")] = False,
) -> None:
    """Ghi một yêu cầu vào sổ; in số và các thời hạn."""

    async def work(settings: Settings) -> None:
        day = received.date()
        if day > _today(settings):
            raise Refused(f"ngày nhận {day.isoformat()} chưa đến")
        if day < data_requests.IN_FORCE:
            raise Refused(
                f"ngày nhận {day.isoformat()} trước khi luật có hiệu lực ({data_requests.IN_FORCE.isoformat()})"
            )
        words = " ".join(mask(readable(note)).split())
        request = data_requests.received(kind, day, third_parties=third_parties, note=words)
        async with open_store(settings) as store, store.transaction() as tx:
            number = await tx.add_request(request)
        print(
            f"Yêu cầu số {number} ({KINDS[kind]}): trả lời chậm nhất {periods.day(request.answer_by)}, "
            f"thực hiện chậm nhất {periods.day(request.carry_out_by)}."
        )

    carry_out(work)


@app.command("list")
def list_requests(
    open_only: Annotated[bool, typer.Option("--open", help="Chỉ yêu cầu chưa xong")] = False,
    as_json: Json = False,
) -> None:
    """Sổ yêu cầu."""

    async def work(settings: Settings) -> None:
        async with open_existing(settings) as store, store.reading() as tx:
            found = await tx.requests(open_only=open_only)
        columns = ("Số", "Yêu cầu", "Nhận", "Trả lời", "Thực hiện", "Quá hạn", "Ghi chú")
        print_list(found, columns, lambda one: _row(one, _today(settings)), as_json=as_json)

    carry_out(work)


@app.command()
def answer(number: Number) -> None:
    """Ghi rằng hôm nay đã trả lời người yêu cầu."""

    async def work(settings: Settings) -> None:
        async with open_store(settings) as store, store.transaction() as tx:
            if not await tx.answer_request(number, _today(settings)):
                raise Refused(f"không có yêu cầu số {number} chờ trả lời; xem: motcua privacy list --open")
        print(f"Yêu cầu số {number}: đã trả lời ngày {periods.day(_today(settings))}.")

    carry_out(work)


@app.command()
def done(number: Number) -> None:
    """Ghi rằng hôm nay đã thực hiện xong (và do đó đã trả lời)."""

    async def work(settings: Settings) -> None:
        async with open_store(settings) as store, store.transaction() as tx:
            if not await tx.finish_request(number, _today(settings)):
                raise Refused(f"không có yêu cầu số {number} chờ thực hiện; xem: motcua privacy list --open")
        print(f"Yêu cầu số {number}: đã thực hiện ngày {periods.day(_today(settings))}.")

    carry_out(work)


def _row(request: Request, today: date) -> list[str]:
    answered = f"đã trả lời {request.answered_on}" if request.answered_on else f"hạn trả lời {request.answer_by}"
    done = (
        f"đã thực hiện {request.carried_out_on}" if request.carried_out_on else f"hạn thực hiện {request.carry_out_by}"
    )
    late = "QUÁ HẠN" if request.due and request.due < today else ""
    return [str(request.id), KINDS[request.kind], f"nhận {request.received_on}", answered, done, late, request.note]


def _today(settings: Settings) -> date:
    return datetime.now(settings.zone).date()
