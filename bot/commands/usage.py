"""Help and usage errors of the command line in Vietnamese.

Typer's sentences are English, and gettext cannot reach them, since Typer bundles its own Click. So the groups and
commands here have classes that word each error from its type and from the kind of its parameter.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NoReturn, TypeVar

import typer
from pydantic import ValidationError
from typer import _click as click
from typer._click.exceptions import BadOptionUsage, MissingParameter, NoArgsIsHelpError, NoSuchOption, UsageError
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from bot import wrong_values
from bot.stopping import INTERRUPTED, STOPPED

Work = TypeVar("Work", bound=Callable[..., Any])
Parameter = TyperArgument | TyperOption
DATE = "2026-11-20"


class _Explained(click.Command):
    """The help frames that commands and groups share."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; errors refer to their command."""
        try:
            return super().parse_args(ctx, args)
        except UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def get_help_option(self, ctx: click.Context) -> TyperOption | None:
        """Return --help with its meaning."""
        option = super().get_help_option(ctx)
        if option:
            option.help = "Xem cách dùng rồi kết thúc."
        return option

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the usage pieces after the command's name."""
        named = [_name(one) for one in self.params if isinstance(one, TyperArgument)]
        return ["[TÙY CHỌN]", *named, *(["LỆNH [ĐỐI SỐ]…"] if isinstance(self, TyperGroup) else [])]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), "Cách dùng: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write arguments, options and commands with their help."""
        given = [one for one in self.get_params(ctx) if isinstance(one, Parameter)]
        commands: Mapping[str, click.Command] = self.commands if isinstance(self, TyperGroup) else {}
        room = formatter.width - 6 - max(map(len, commands), default=0)
        for title, rows in (
            ("Đối số", [_described(one) for one in given if isinstance(one, TyperArgument)]),
            ("Tùy chọn", [_described(one) for one in given if isinstance(one, TyperOption)]),
            ("Lệnh", [(name, command.get_short_help_str(room)) for name, command in commands.items()]),
        ):
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


class Command(_Explained, TyperCommand):
    """A command."""

    allow_extra_args = True  # they are refused here, in Vietnamese

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; refuse extra ones."""
        rest = super().parse_args(ctx, args)
        if rest:
            ctx.fail(f"thừa {' '.join(map(repr, rest))}")
        return rest


class Group(_Explained, TyperGroup):
    """A group of commands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; "--" alone counts as no command."""
        return super().parse_args(ctx, [] if args == ["--"] else args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command; if the name is unknown, the error names similar ones."""
        if args[0] not in self.commands and not args[0].startswith("-"):
            near = get_close_matches(args[0], self.commands)
            ctx.fail(f"không có lệnh {args[0]!r}{_perhaps(near)}")
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **settings: Any) -> NoReturn:
        """Run, and end with the exit code; errors are printed on standard error."""
        try:
            code = super().main(*args, **{**settings, "standalone_mode": False})
        except NoArgsIsHelpError as error:
            print(error.message, file=sys.stderr)
            sys.exit(error.exit_code)
        except UsageError as error:
            if error.ctx:
                print(f"{error.ctx.get_usage()}\nXem thêm: {error.ctx.command_path} --help\n", file=sys.stderr)
            print(f"Lỗi: {_sentence(error)}", file=sys.stderr)
            sys.exit(error.exit_code)
        except typer.Abort:
            print(STOPPED, file=sys.stderr)
            sys.exit(1)
        if code == INTERRUPTED:
            print(STOPPED, file=sys.stderr)
        sys.exit(code)


class Commands(typer.Typer):
    """A group that commands are added to; called without one, it shows its help."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"cls": Group, "no_args_is_help": True, "rich_markup_mode": None, **settings})

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Work], Work]:
        """Add a command."""
        return super().command(name, cls=Command, **settings)


def _sentence(error: UsageError) -> str:
    match error:
        case NoSuchOption():
            return f"không có tùy chọn {error.option_name!r}{_perhaps(error.possibilities or ())}"
        case BadOptionUsage(ctx=click.Context() as ctx, option_name=name):
            found = [one for one in ctx.command.get_params(ctx) if name in one.opts]
            flag = any(isinstance(one, TyperOption) and one.is_flag for one in found)
            return f"{name} {'không nhận' if flag else 'cần một'} giá trị."
        case MissingParameter(param=TyperArgument() | TyperOption() as param):
            kind = f": {_kind(param)}" if param.type_descriptor.is_choice else ""
            return f"thiếu {_title(param)}{kind}."
        case typer.BadParameter(param=TyperArgument() | TyperOption() as param, __cause__=ValidationError() as cause):
            return f"{_title(param)} {_wrong(param, cause.errors()[0])}."
    return error.message if error.message.endswith((".", "?")) else f"{error.message}."


def _wrong(param: Parameter, mistake: Mapping[str, Any]) -> str:
    kind = param.type_descriptor
    if kind.is_choice:
        wanted = f"chỉ nhận {_kind(param)}"
    elif kind.is_datetime:
        wanted = f"cần một ngày, viết như {DATE}"
    else:
        wanted = wrong_values.sentence(mistake)
    return f"{mistake['input']!r}: {wanted}"


def _perhaps(near: Sequence[str]) -> str:
    return f"; có phải là {' hay '.join(sorted(near))}?" if near else "."


def _title(param: Parameter) -> str:
    return param.display_name_raw if isinstance(param, TyperArgument) else " / ".join(param.opts)


def _name(param: TyperArgument) -> str:
    name = param.display_name_raw + ("…" if param.nargs != 1 else "")
    return name if param.required else f"[{name}]"


def _described(param: Parameter) -> tuple[str, str]:
    """Return the name and values of a parameter, and its help."""
    if isinstance(param, TyperArgument):
        name = _name(param)
    else:
        takes = "" if param.is_flag else f" {param.metavar or _kind(param)}"
        name = ", ".join([*param.opts, *param.secondary_opts]) + takes
    notes = []
    if param.min is not None:
        notes.append(f"từ {param.min}" + (f" đến {param.max}" if param.max is not None else ""))
    if param.default not in (None, False, ""):
        notes.append(f"mặc định: {param.default}")
    if param.required:
        notes.append("bắt buộc")
    return name, f"{param.help or ''}  [{'; '.join(notes)}]" if notes else param.help or ""


def _kind(param: Parameter) -> str:
    kind = param.type_descriptor
    if kind.is_choice:
        return "|".join(map(str, kind.choices or ()))
    if kind.is_datetime:
        return "NGÀY"
    if kind.is_path:
        return "TỆP"
    return "SỐ" if kind.annotation is int else "CHỮ"
