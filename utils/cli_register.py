"""The commands of the terminal that need the register's database; :mod:`utils.cli` takes them up."""

from pathlib import Path
from typing import Annotated

import typer

from utils.access import COMMAND_LINE
from utils.errors import InputError, StoreError
from utils.settings import settings
from utils.texts import Texts

_help = Texts("nl").t
commands = typer.Typer()

Language = Annotated[str, typer.Option("--taal", help=_help("cli.taal"), metavar="nl|en")]
File = Annotated[Path, typer.Argument(help=_help("cli.backup_file"), show_default=False)]


@commands.command("backup", help=_help("cli.backup"))
def backup_(
    file: File,
    force: Annotated[bool, typer.Option("--force", help=_help("cli.backup_force"))] = False,
    taal: Language = "nl",
) -> None:
    """Write a backup of the register, while it is in use."""
    texts, options = Texts(taal), settings()
    if not options.has_register:
        raise InputError("error.register_none")
    from utils import backup, registry  # SQLAlchemy: other commands start faster without

    counts = backup.make(registry.engine_for(options), file, force=force)
    typer.echo(texts.t("cli.backed_up", file=str(file), **counts))


@commands.command("restore", help=_help("cli.restore"))
def restore_(
    file: File,
    yes: Annotated[bool, typer.Option("--yes", help=_help("cli.restore_yes"))] = False,
    taal: Language = "nl",
) -> None:
    """Put a backup back."""
    texts = Texts(taal)
    from utils import backup, database, registry

    def restored() -> backup.Restored:
        return backup.restore(registry.engine_for(settings()), file, COMMAND_LINE, replace=yes)

    try:
        done = restored()
    except StoreError as problem:
        aside = None
        if problem.kind == "broken" and yes:
            aside = backup.set_aside(database.open_engine(settings().database))
        if aside is None:
            raise
        typer.echo(texts.t("cli.set_aside", file=str(aside)))
        done = restored()
    typer.echo(texts.t("cli.restored", file=str(file), **done.counts))
    if done.before is not None:
        typer.echo(texts.t("cli.restored_before", file=str(done.before)))
    if done.erased:
        typer.echo(texts.t("cli.restored_erased", n=done.erased))
