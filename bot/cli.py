"""The `motcua` command."""

import errno
import os
import sys

from bot import stopping

stopping.leave_when_told(sys.argv)  # before the imports below, which take a second

import typer

from bot.commands import (
    catalog,
    chat,
    db,
    dossiers,
    integrity,
    paper,
    par,
    privacy,
    qr,
    report,
    responses,
    run,
    screen,
    staff,
    unit,
)
from bot.commands import (
    round as rounds,
)

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
app = typer.Typer(
    name="motcua",
    help="Một Cửa: trợ lý của Bộ phận Một cửa.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("run")(run.run)
app.command("chat")(chat.chat)
app.add_typer(catalog.app, name="catalog")
app.add_typer(unit.units, name="unit")
app.add_typer(unit.counters, name="counter")
app.add_typer(staff.app, name="staff")
app.command("qr")(qr.qr)
app.add_typer(screen.app, name="screen")
app.add_typer(rounds.app, name="round")
app.add_typer(paper.app, name="paper")
app.add_typer(dossiers.app, name="dossiers")
app.command("report")(report.report)
app.add_typer(par.app, name="par")
app.add_typer(responses.app, name="responses")
app.add_typer(privacy.app, name="privacy")
app.add_typer(integrity.app, name="integrity")
app.add_typer(db.app, name="db")


def main() -> None:
    """Run the command line; output that nobody reads any more ends it quietly, one with no room with a sentence."""
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(1) from None
    except OSError as error:
        if error.errno not in FULL:
            raise
        print(f"Không thực hiện được: không ghi hết được kết quả in ra: {error.strerror}.", file=sys.stderr)
        # Python would try once more at its end, and complain in its own words.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
