"""The `motcua` command."""

import sys

import typer

from bot.commands import (
    catalog,
    chat,
    database,
    dossiers,
    integrity,
    paper,
    par,
    places,
    privacy,
    qr,
    report,
    responses,
    rounds,
    run,
    staff,
)

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
app.add_typer(places.units, name="unit")
app.add_typer(places.counters, name="counter")
app.add_typer(staff.app, name="staff")
app.command("qr")(qr.qr)
app.add_typer(rounds.app, name="round")
app.add_typer(paper.app, name="paper")
app.add_typer(dossiers.app, name="dossiers")
app.command("report")(report.report)
app.add_typer(par.app, name="par")
app.add_typer(responses.app, name="responses")
app.add_typer(privacy.app, name="privacy")
app.add_typer(integrity.app, name="integrity")
app.add_typer(database.app, name="db")


def main() -> None:
    """Run the command line; output that nobody reads any more ends it quietly."""
    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(1) from None
