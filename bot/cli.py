"""The `motcua` command."""

import errno
import os
import sys

from bot import stopping

stopping.leave_when_stopped(sys.argv)  # before the imports below, which take a second

from bot.commands import (
    catalog,
    catalog_history,
    chat,
    counter,
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
    zalo,
)
from bot.commands import (
    round as rounds,
)
from bot.commands.usage import Commands
from locales.system_errors import reason

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
app = Commands(
    name="motcua",
    help="Một Cửa: trợ lý của Bộ phận Một cửa.",
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(run.run)
app.command("chat")(chat.chat)
catalog.app.command("history")(catalog_history.history)
catalog.app.command("restore")(catalog_history.go_back)
app.add_typer(catalog.app, name="catalog")
app.add_typer(unit.app, name="unit")
app.add_typer(counter.app, name="counter")
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
app.add_typer(zalo.app, name="zalo")


def main() -> None:
    """Run the command line; a closed output ends it silently, a system error with a sentence."""
    stopping.loaded()
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
        if not error.filename and error.errno not in FULL:
            raise
        what = error.filename or "không ghi hết được kết quả in ra"
        print(f"Không thực hiện được: {what}: {reason(error)}.", file=sys.stderr)
        # Python would flush again at exit, and print an error in English.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
