"""The terminal: ``python -m utils.cli COMMAND``. Exit code 0: good, 1: the user's input, 2: ours
or a service's; of ``refresh --check``, 3: a newer year is out.

Composition root of the command line: settings → atlas, register, coverage → a file or JSON.
"""

import os
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, Literal

import numpy as np
import shapely
import typer

from utils import (
    boundaries,
    cli_import,
    cli_output,
    cli_register,
    cli_report,
    cli_sites,
    consistency,
    coverage,
    crime,
    crime_refresh,
    crime_store,
    crime_words,
    export,
    extracts,
    freshness,
    gap_filter,
    published,
    refresh,
    serving,
    store,
    summaries,
    upkeep,
)
from utils.cli_input import load as _load
from utils.cli_input import radius as _radius
from utils.coverage import RADIUS_DEFAULT
from utils.errors import AppError, DataError, FetchError, InputError, Notice
from utils.freshness import Freshness
from utils.gap_filter import LARGEST, MOST, GapFilter
from utils.locate import Gazetteer, aliases
from utils.models import COUNTRY, LEVELS, Atlas, Coverage, Level
from utils.official import KINDS, Kind
from utils.settings import ROOT, settings
from utils.texts import Texts

_help = Texts("nl").t
app = typer.Typer(
    help=_help("cli.app"),
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(cli_import.commands)
app.add_typer(cli_register.commands)
app.add_typer(cli_report.commands)
app.add_typer(cli_sites.commands)

What = Literal["groups", "areas", "gaps"]
CRIME = "crime"
"""What may be fetched beside areas and their figures."""
Area = Annotated[str, typer.Option("--gebied", help=_help("cli.gebied"), metavar="CODE")]
Radius = Annotated[float, typer.Option("--straal", help=_help("cli.straal"), metavar="M")]
People = Annotated[
    int | None,
    typer.Option("--min-inwoners", help=_help("cli.min_inwoners"), metavar="N", min=0, max=MOST["inwoners"]),
]
Metres = Annotated[
    int | None, typer.Option(help=_help("cli.afstand"), metavar="M", min=0, max=MOST["afstand"])
]
Json = Annotated[bool, typer.Option("--json", help=_help("cli.json"))]
Language = Annotated[str, typer.Option("--taal", help=_help("cli.taal"), metavar="nl|en")]


@app.command("export", help=_help("cli.export"))
def export_(
    what: Annotated[What, typer.Argument(help=_help("cli.what"), show_default=False)],
    gebied: Area = COUNTRY,
    level: Annotated[str | None, typer.Option(help=_help("cli.level"))] = None,
    format_: Annotated[str | None, typer.Option("--format", help=_help("cli.format"))] = None,
    out: Annotated[Path | None, typer.Option(help=_help("cli.out"))] = None,
    straal: Radius = RADIUS_DEFAULT,
    min_inwoners: People = None,
    status: Annotated[str | None, typer.Option(help=_help("cli.status"), metavar="wit|deels")] = None,
    afstand: Metres = None,
    verouderd: Annotated[bool, typer.Option("--verouderd", help=_help("cli.verouderd"))] = False,
    sorteer: Annotated[str | None, typer.Option(help=_help("cli.sorteer"))] = None,
    taal: Language = "nl",
) -> None:
    """Write groups, areas or gaps to a file, or to the output."""
    texts = Texts(taal)
    wanted = cli_output.file_format(format_, out)
    radius, code = _radius(straal), gebied.strip().upper()
    current = _load()
    registered = _burglaries(current.atlas)
    chosen = _gap_filter(what, min_inwoners, status, afstand, verouderd, sorteer, registered is not None)
    if what == "groups":
        extract = extracts.groups(current, code)
    elif what == "gaps":
        recent = _fresh(current) if verouderd else None
        extract = extracts.gaps(current, code, radius, chosen, recent, registered)
    else:
        unit = _unit(current.atlas, code, level)
        confirmed, per_group = _confirmed(current, unit, radius), settings().participants
        extract = extracts.areas(current, code, unit, radius, per_group, confirmed, registered)
    cli_output.write(extract, wanted, out, texts)


@app.command("coverage", help=_help("cli.coverage"))
def coverage_(
    gebied: Area = COUNTRY, straal: Radius = RADIUS_DEFAULT, as_json: Json = False, taal: Language = "nl"
) -> None:
    """Show the figures of an area beside those of the areas that it lies in."""
    texts, radius = Texts(taal), _radius(straal)
    current = _load()
    found = summaries.key_figures(current, gebied.strip().upper(), radius, settings().participants)
    cli_output.tell_missing(texts)
    above = [area for area in (found.municipality, found.province, found.country) if area]
    areas = [_figures(area, texts) for area in (found.area, *above)]
    if as_json:
        cli_output.print_json({**areas[0], "compare": areas[1:], **cli_output.about(current, texts)})
        return
    for name in areas[0]:
        typer.echo("\t".join([name, *("" if area[name] is None else str(area[name]) for area in areas)]))
    typer.echo(export.source(extracts.origin(current), texts), err=True)


@app.command(help=_help("cli.locate"))
def locate(
    text: Annotated[str, typer.Argument(help=_help("cli.text"))], as_json: Json = False, taal: Language = "nl"
) -> None:
    """Find areas by name, best first."""
    texts = Texts(taal)
    if not text.strip():
        raise InputError("error.text_empty")
    data = store.current(settings())
    atlas = boundaries.load(data)
    hits = [
        {
            "code": hit.code,
            "name": hit.name,
            "level": hit.level,
            "municipality": _code_of(atlas, hit.code, "municipality"),
            "province": _code_of(atlas, hit.code, "province"),
            **_lon_lat(atlas, hit.code),
        }
        for hit in Gazetteer(atlas, aliases(data / "municipality_changes.csv")).search(text)
    ]
    if as_json:
        edition = atlas.edition
        cli_output.print_json(
            {
                "hits": hits,
                "boundaries": edition.peildatum.isoformat(),
                "data": {"neighbourhoods": edition.kind},
            }
        )
        return
    for hit in hits:
        typer.echo("\t".join(str(hit[name]) for name in ("code", "name", "level")))
    if not hits:
        typer.echo(texts.t("cli.none", text=text), err=True)


@app.command(help=_help("cli.check"))
def check(as_json: Json = False, taal: Language = "nl") -> None:
    """Read everything, check it and say what there is."""
    texts = Texts(taal)
    current = _load()
    atlas, groups = current.atlas, current.groups
    consistency.check(atlas)
    folder = store.current(settings())
    published.load(folder)
    aliases(folder / "municipality_changes.csv")
    counts = {
        "provinces": len(atlas.provinces),
        "municipalities": len(atlas.municipalities),
        "neighbourhoods": len(atlas.neighbourhoods),
        "samples": atlas.samples.shape[1],
        "groups": len(groups),
        "active": int(groups.active.sum()),
        "nowhere": int((current.town < 0).sum()),
    }
    findings = cli_register.findings(atlas, folder, settings())
    told = [
        {"severity": one.severity, "text": texts.t(one.notice.key, **one.notice.params)} for one in findings
    ]
    missing = cli_output.missing(texts)
    told += [{"severity": "warning", "text": missing}] if missing else []
    burglaries = crime_store.read(settings(), atlas.edition.version)
    if as_json:
        year = burglaries.counts.year if burglaries else None
        facts = {"counts": counts, "crime": year, "findings": told}
        cli_output.print_json({**facts, **cli_output.about(current, texts)})
    else:
        _print_check(current, counts, told, texts, burglaries)
    if cli_register.exit_code(findings):
        raise DataError("error.register_unsound")


def _print_check(
    current: Coverage,
    counts: dict[str, int],
    told: list[dict[str, str]],
    texts: Texts,
    burglaries: crime_store.Kept | None,
) -> None:
    about = extracts.origin(current)
    kind = texts.t(f"cli.{about.neighbourhoods}")
    typer.echo(texts.t("cli.areas", **counts, kind=kind, date=about.boundaries))
    register = texts.t("table.register_example" if current.groups.example else "table.register_own")
    typer.echo(texts.t("cli.groups", **counts, register=register, date=about.peildatum))
    if burglaries:
        typer.echo(crime_words.line(texts, burglaries.counts))
    for one in told:
        typer.echo(texts.t(f"cli.finding_{one['severity']}", text=one["text"]))
    if all(one["severity"] != "error" for one in told):
        typer.echo(texts.t("cli.good"))


@app.command("refresh", help=_help("cli.refresh"))
def refresh_(
    year: Annotated[int | None, typer.Option(help=_help("cli.year"), min=2016, max=2100)] = None,
    level: Annotated[list[str] | None, typer.Option(help=_help("cli.refresh_level"))] = None,
    extra: Annotated[list[str] | None, typer.Option("--with", help=_help("cli.refresh_with"))] = None,
    source: Annotated[Path | None, typer.Option("--from", help=_help("cli.from"))] = None,
    only_check: Annotated[bool, typer.Option("--check", help=_help("cli.refresh_check"))] = False,
    rollback: Annotated[bool, typer.Option("--rollback", help=_help("cli.rollback"))] = False,
    taal: Language = "nl",
) -> None:
    """Fetch official data and put them in place, go back, or see whether there is something to fetch."""
    texts, options = Texts(taal), settings()
    levels, with_crime = _kinds(level or []), _with_crime(extra or [])
    plain = year is None and not levels and source is None
    elsewhere = only_check or rollback
    if only_check + rollback > 1 or (elsewhere and (with_crime or not plain)) or (source and levels):
        raise InputError("error.refresh_one")
    if only_check:
        raise typer.Exit(_check_year(texts))
    if rollback:
        edition = boundaries.load(store.rollback(options)).edition
        typer.echo(texts.t(f"cli.rolled_back_{edition.kind}", year=str(edition.year)))
        return
    tell = _Teller(texts).tell
    try:
        if with_crime and plain:
            _print_crime(crime_refresh.refresh(options, tell), texts)
            return
        outcome = refresh.refresh(options, year, source, tell, levels=levels, with_crime=with_crime)
    except AppError:
        typer.echo(texts.t("cli.unchanged"), err=True)
        raise
    counts = {
        "provinces": outcome.counts["province"],
        "municipalities": outcome.counts["municipality"],
        "districts": outcome.counts["district"],
        "neighbourhoods": outcome.counts["neighbourhood"],
    }
    typer.echo(texts.t("cli.refreshed", year=str(outcome.edition.year), **counts))
    notes = [Notice("cli.data_set")] if options.data_given else []
    for notice in (*outcome.changed, *outcome.warnings, *notes):
        typer.echo(f"- {texts.t(notice.key, **notice.params)}")
    if outcome.crime:
        _print_crime(outcome.crime, texts)


def _print_crime(kept: crime_store.Kept, texts: Texts) -> None:
    typer.echo(crime_words.line(texts, kept.counts))
    for notice in kept.warnings:
        typer.echo(f"- {texts.t(notice.key, **notice.params)}")


class _Teller:
    """Says how far a refresh is, a line each new step and every two seconds."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._step, self._told = "", 0.0

    def tell(self, progress: refresh.Progress) -> None:
        """Write one line, if it is time."""
        if progress.step == self._step and time.monotonic() - self._told < 2:
            return
        self._step, self._told = progress.step, time.monotonic()
        step = self._texts.t(f"refresh.step.{progress.step}")
        said = {"step": step, "done": progress.done, "megabytes": round(progress.bytes / 1e6, 1)}
        if progress.seconds_left is None or progress.total is None:
            typer.echo(self._texts.t("cli.progress", **said), err=True)
            return
        left = {"total": progress.total, "seconds": round(progress.seconds_left)}
        typer.echo(self._texts.t("cli.progress_left", **said, **left), err=True)


def _kinds(came: list[str]) -> list[Kind]:
    for one in came:
        if one not in KINDS:
            raise InputError("error.choice", option="--level", came=one, known=", ".join(KINDS))
    return [kind for kind in KINDS if kind in came]


def _with_crime(came: list[str]) -> bool:
    for one in came:
        if one != CRIME:
            raise InputError("error.choice", option="--with", came=one, known=CRIME)
    return bool(came)


def _check_year(texts: Texts) -> int:
    """Exit code 3 if a newer year is out than that of the official data, else 0."""
    newest, here = refresh.newest(settings()), refresh.shown(settings())
    if newest is None:
        raise FetchError("error.no_year")
    if here is not None and here >= newest:
        typer.echo(texts.t("cli.up_to_date", year=str(here)))
        return 0
    typer.echo(texts.t("cli.newer", year=str(newest)))
    return 3


@app.command(help=_help("cli.serve"))
def serve(
    port: Annotated[int, typer.Option(help=_help("cli.port"), min=1, max=65_535)] = 8501,
    address: Annotated[str | None, typer.Option(help=_help("cli.address"))] = None,
    taal: Language = "nl",
) -> None:
    """Run the website until it is stopped."""
    Texts(taal)
    options = settings()  # a wrong one is told here, not to the first visitor
    command = serving.command(options, address, port)
    os.chdir(ROOT)
    if os.name == "posix":
        os.execv(sys.executable, command)  # so that a signal to this process stops the website
    raise typer.Exit(subprocess.call(command))


def _day(current: Coverage) -> date:
    return upkeep.day_of_judgement(current.groups, datetime.now(UTC).date())


def _fresh(current: Coverage) -> Coverage:
    """The coverage by the groups that were confirmed in the last year."""
    return coverage.subset(current, upkeep.fresh(current.groups, _day(current)))


def _confirmed(current: Coverage, unit: Level, radius: float) -> Freshness:
    since = upkeep.stale_before(_day(current))
    return freshness.measure(current, _fresh(current), unit, radius, since)


def _burglaries(atlas: Atlas) -> crime.Crime | None:
    """The registered burglaries of the areas, where there is a rate to show."""
    kept = crime_store.read(settings(), atlas.edition.version)
    found = crime.join(atlas, kept.counts) if kept else None
    return found if found and crime.has_rates(atlas, found) else None


def _gap_filter(
    what: What,
    inwoners: int | None,
    status: str | None,
    afstand: int | None,
    verouderd: bool,
    sorteer: str | None,
    burglaries: bool,
) -> GapFilter:
    """The gaps asked for; without any option the uncovered neighbourhoods, most inhabitants first."""
    options = {"inwoners": inwoners, "status": status, "afstand": afstand, "sorteer": sorteer}
    given = {name: str(value) for name, value in options.items() if value is not None}
    given |= {"verouderd": "1"} if verouderd else {}
    if given and what != "gaps":
        raise InputError("error.gaps_only", came=what)
    wanted, problems = gap_filter.parse(LARGEST.params() | given, burglaries)
    for one in problems:
        known = gap_filter.STATUSES if one.param == "status" else gap_filter.orders(burglaries)
        raise InputError("error.choice", option=f"--{one.param}", came=one.came, known=", ".join(known))
    return wanted


def _unit(atlas: Atlas, code: str, came: str | None) -> Level:
    """The level asked for; without one, the parts that suit an area."""
    level, _ = summaries.find(atlas, code)
    if came is None:
        return "municipality" if level in ("country", "province") else "neighbourhood"
    if came not in LEVELS[1:]:
        raise InputError("error.choice", option="--level", came=came, known=", ".join(LEVELS[1:]))
    if LEVELS.index(came) < LEVELS.index(level):
        known = ", ".join(LEVELS[max(LEVELS.index(level), 1) :])
        raise InputError("error.level_above", came=came, code=code, known=known)
    return came


def _figures(area: summaries.AreaFigures, texts: Texts) -> dict[str, Any]:
    """Figures as JSON has them: six decimals, None where unknown, the status as a word."""
    plain = asdict(area) | {"status": area.status.name.lower()}
    if area.code == COUNTRY:
        plain["name"] = texts.t("area.country")
    for name, value in plain.items():
        if isinstance(value, float):
            plain[name] = round(value, 6) if np.isfinite(value) else None
    return plain


def _code_of(atlas: Atlas, code: str, level: Level) -> str | None:
    return next((area.code for area in summaries.ancestors(atlas, code) if area.level == level), None)


def _lon_lat(atlas: Atlas, code: str) -> dict[str, float]:
    """A place inside the area, in degrees; for the country one inside its largest province."""
    level, row = summaries.find(atlas, code)
    shapes = atlas.provinces.geometry if level == "country" else atlas.areas(level).geometry[[row]]
    inside = shapely.point_on_surface(shapes[[int(np.argmax(shapely.area(shapes)))]])
    lon, lat = shapely.get_coordinates(export.to_degrees(inside))[0]
    return {"lon": float(lon), "lat": float(lat)}


def _language(arguments: Sequence[str]) -> str:
    """The language asked for, for a sentence about what went wrong; Dutch if it is not one of ours."""
    for before, after in zip(arguments, [*arguments[1:], ""], strict=True):
        came = after if before == "--taal" else before.removeprefix("--taal=")
        if came == "en":
            return "en"
    return "nl"


def main(arguments: Sequence[str]) -> int:
    """Run a command; the exit code."""
    try:
        # Not app(...): that puts a hook of its own in the place of ours.
        typer.main.get_command(app)(args=list(arguments), prog_name="python -m utils.cli")
    except AppError as problem:
        typer.echo(Texts(_language(arguments)).t(problem.key, **problem.params), err=True)
        return problem.exit_code
    except SystemExit as done:
        return 1 if done.code == 2 else int(done.code or 0)  # 2 is Typer's word for wrong usage
    return 0


def _ours(kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
    """A mistake of ours: tell all, and exit with 2 instead of Python's 1."""
    traceback.print_exception(kind, problem, trace)
    sys.exit(130 if kind is KeyboardInterrupt else 2)


if __name__ == "__main__":
    sys.excepthook = _ours
    sys.exit(main(sys.argv[1:]))
