"""The terminal's ``report``: of an area, a picture from it, or of all municipalities."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from utils import picture, report, report_batch, summaries, typesetting
from utils.cli_input import load, radius
from utils.coverage import RADIUS_DEFAULT
from utils.errors import DataError, InputError
from utils.models import Atlas, Coverage
from utils.report_batch import Made, Wishes
from utils.texts import Texts

_help = Texts("nl").t
commands = typer.Typer()
PICTURES: Final = ("png", "svg")
_FOLDER: Final = Path("raadsrapporten")


@commands.command("report", help=_help("cli.report"))
def report_(
    gebied: Annotated[str, typer.Option("--gebied", help=_help("cli.gebied"), metavar="CODE")] = "",
    everywhere: Annotated[bool, typer.Option("--all", help=_help("cli.report_all"))] = False,
    format_: Annotated[str, typer.Option("--format", help=_help("cli.report_format"))] = "",
    out: Annotated[Path | None, typer.Option(help=_help("cli.report_out"))] = None,
    straal: Annotated[
        float, typer.Option("--straal", help=_help("cli.straal"), metavar="M")
    ] = RADIUS_DEFAULT,
    taal: Annotated[str, typer.Option("--taal", help=_help("cli.taal"), metavar="nl|en")] = "nl",
    which: Annotated[str, typer.Option("--picture", help=_help("cli.report_picture"))] = "map",
    size: Annotated[str, typer.Option(help=_help("cli.report_size"))] = "wide",
    jobs: Annotated[int, typer.Option(help=_help("cli.report_jobs"), min=1, max=64)] = os.cpu_count() or 1,
) -> None:
    """Write the report of an area, a picture from it, or the reports of all municipalities."""
    texts, metres = Texts(taal), radius(straal)
    typesetting.stay()
    if everywhere == bool(gebied):
        raise InputError("error.report_area")
    wanted = format_ or (out.suffix[1:].lower() if out and out.suffix and not everywhere else "pdf")
    known = [*report_batch.FORMATS, *(() if everywhere else PICTURES)]
    _chosen("--format", wanted, known)
    if everywhere:
        _everywhere(Wishes(metres, texts.lang, wanted, out or _FOLDER), jobs, texts)
        return
    code, current = gebied.strip().upper(), load()
    if wanted in PICTURES:
        name, made = _picture(current, code, metres, texts, which, size, wanted)
    else:
        name, made = report_batch.content(current, code, Wishes(metres, texts.lang, wanted, Path()))
    file = out or Path(name)
    report_batch.write(file, made)
    typer.echo(texts.t("cli.report_written", file=str(file)), err=True)


def _chosen(option: str, came: str, known: Sequence[str]) -> None:
    if came not in known:
        raise InputError("error.choice", option=option, came=came, known=", ".join(known))


def _picture(
    current: Coverage, code: str, metres: float, texts: Texts, which: str, size: str, wanted: str
) -> tuple[str, bytes]:
    """Name and content of a map or chart of a report as a picture."""
    made = report_batch.build(current, code, Wishes(metres, texts.lang, wanted, Path()), texts)
    parts = picture.pictures(made)
    _chosen("--picture", which, list(parts))
    fitting = next((one for one in picture.SIZES if one == size), None)
    if fitting is None:
        raise InputError("error.choice", option="--size", came=size, known=", ".join(picture.SIZES))
    svg = picture.of(current, made, parts[which], texts, fitting)
    name = report.filename(made, wanted).replace("raadsrapport", f"raadsrapport-{which}")
    return name, picture.portable(svg).encode() if wanted == "svg" else picture.size_png(svg, fitting)


def _everywhere(wishes: Wishes, jobs: int, texts: Texts) -> None:
    """All municipalities; at the end what went wrong, and the exit code says whether anything did."""
    current = load()
    teller = _Teller(texts, current.atlas)
    codes = [str(code) for code in current.atlas.municipalities.codes]
    made = report_batch.make(current, codes, wishes, jobs, teller.tell)
    bad = [one for one in made if one.problem]
    counts = {"made": len(made) - len(bad), "kept": len(codes) - len(made), "bad": len(bad)}
    typer.echo(texts.t("cli.report_done", folder=str(wishes.folder), **counts))
    for one in bad:
        assert one.problem is not None
        said = texts.t(one.problem.key, **one.problem.params)
        typer.echo(texts.t("cli.report_bad", code=one.code, name=_name(current.atlas, one.code), text=said))
    if bad:
        raise DataError("error.report_some", n=len(bad))


def _name(atlas: Atlas, code: str) -> str:
    return summaries.ancestors(atlas, code)[-1].name


class _Teller:
    """Says how far the reports are: a line every two seconds, with how long it may take still."""

    def __init__(self, texts: Texts, atlas: Atlas) -> None:
        self._texts, self._atlas = texts, atlas
        self._started = self._told = time.monotonic()
        self._before = 0

    def tell(self, one: Made | None, done: int, total: int) -> None:
        """Write one line, if it is time or the last one."""
        now = time.monotonic()
        if one is None:
            self._before = done
            typer.echo(self._texts.t("cli.report_start", done=done, total=total), err=True)
            return
        if now - self._told < 2 and done < total:
            return
        self._told = now
        left = (now - self._started) / max(done - self._before, 1) * (total - done)
        typer.echo(
            self._texts.t(
                "cli.report_progress",
                done=done,
                total=total,
                name=_name(self._atlas, one.code),
                left=round(left),
            ),
            err=True,
        )
