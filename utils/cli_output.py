"""What several commands of the terminal write: JSON, where data come from, a file, what is missing."""

import json
import sys
from pathlib import Path
from typing import Any

import typer

from utils import export, extracts
from utils.errors import InputError, reason
from utils.extracts import Extract
from utils.models import Coverage
from utils.settings import settings
from utils.texts import Texts


def print_json(value: dict[str, Any]) -> None:
    """Write JSON to the output; what is missing must be None, not nan."""
    typer.echo(json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2))


def about(current: Coverage, texts: Texts) -> dict[str, Any]:
    """What JSON says of the data: dates, source and what is not the real thing."""
    origin = extracts.origin(current)
    return {
        "peildatum": origin.peildatum.isoformat(),
        "boundaries": origin.boundaries.isoformat(),
        "data": {"neighbourhoods": origin.neighbourhoods, "groups": origin.groups},
        "source": export.source(origin, texts),
    }


def missing(texts: Texts) -> str:
    """That the register which the user named does not exist; "" if it does."""
    file = settings().register_missing
    return texts.t("cli.register_missing", file=str(file)) if file else ""


def tell_missing(texts: Texts) -> None:
    """The same to the error output, where there is something to tell."""
    if said := missing(texts):
        typer.echo(texts.t("cli.finding_warning", text=said), err=True)


def file_format(came: str | None, out: Path | None) -> str:
    """The format asked for; without one that of the file's name, else CSV. Raises InputError for another."""
    wanted = came or (out.suffix[1:].lower() if out and out.suffix else "csv")
    if wanted not in export.FORMATS:
        raise InputError("error.format", came=wanted, known=", ".join(export.FORMATS))
    return wanted


def write(extract: Extract, wanted: str, out: Path | None, texts: Texts) -> None:
    """Write an extract to a file, or to the output. Raises InputError where the file cannot be written."""
    meanings = export.definitions(extract, texts, settings().participants)
    content = export.write(extract, wanted, meanings, export.source(extract.origin, texts))
    tell_missing(texts)
    if out is None:
        sys.stdout.buffer.write(content)
        return
    try:
        out.write_bytes(content)
    except OSError as problem:
        raise InputError("error.out", file=str(out), came=reason(problem)) from problem
    typer.echo(texts.t("cli.written", file=str(out), n=len(extract.table)), err=True)
