"""The commands of the terminal that need the register's database; :mod:`utils.cli` takes them up."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from utils import mergers
from utils.access import COMMAND_LINE
from utils.errors import InputError, StoreError
from utils.locate import normalise
from utils.models import Atlas
from utils.settings import Settings, settings
from utils.texts import Texts

if TYPE_CHECKING:
    from utils.health import Finding

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


@commands.command("erase", help=_help("cli.erase"))
def erase_(
    identifier: Annotated[str, typer.Argument(help=_help("cli.erase_who"), show_default=False)] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_help("cli.erase_dry"))] = False,
    expired: Annotated[bool, typer.Option("--expired", help=_help("cli.erase_expired"))] = False,
    taal: Language = "nl",
) -> None:
    """Erase a person everywhere, or the personal data of reports that were kept long enough."""
    texts, options = Texts(taal), settings()
    if expired and identifier:
        raise InputError("error.erase_both")
    if expired and dry_run:
        raise InputError("error.erase_expired_dry")
    if not expired and not identifier:
        raise InputError("error.erase_one")
    if not options.has_register:
        raise InputError("error.register_none")
    from utils import erasure, inbox, registry

    engine = registry.engine_for(options)
    if expired:
        n = inbox.expire(engine, options.retention_days, datetime.now(UTC))
        typer.echo(texts.t("cli.expired", n=n, days=options.retention_days))
    elif dry_run:
        counts = erasure.count(engine, COMMAND_LINE, identifier)
        _found_somebody(counts)
        typer.echo(texts.t("cli.erase_found", **_counted(counts)))
    else:
        counts = erasure.erase(engine, COMMAND_LINE, identifier)
        left = counts.pop("left")
        if any(counts.values()):
            typer.echo(texts.t("cli.erased", **_counted(counts)))
        if left:
            typer.echo(texts.t("cli.erase_left"))
        _found_somebody(counts)


def _found_somebody(counts: Mapping[str, int]) -> None:
    if not any(counts.values()):
        raise InputError("error.erase_nobody")


def _counted(counts: Mapping[str, int]) -> dict[str, Any]:
    """How many of what, each as a sentence's part that knows one from many."""
    return {name: {"key": f"cli.erase_count.{name}", "params": {"n": n}} for name, n in counts.items()}


def findings(atlas: Atlas, folder: Path, options: Settings) -> Sequence["Finding"]:
    """What is wrong or odd in the register; nothing where there is none. Raises StoreError, DataError."""
    if not options.has_register:
        return ()
    from utils import health, registry

    towns = mergers.Municipalities(atlas, mergers.read(folder / mergers.FILE), normalise)
    contents = health.look(registry.engine_for(options))
    return health.report(contents, atlas, towns, datetime.now(UTC).date(), options.retention_days)


def exit_code(found: Sequence["Finding"]) -> int:
    """For cron: 0 if all is good, also with warnings; 2 with an error."""
    return 2 if any(one.severity == "error" for one in found) else 0
