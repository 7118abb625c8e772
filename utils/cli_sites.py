"""The terminal's ``sites``: where new groups would reach most people who have none."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from utils import cli_output, export, extracts, site_table, site_words, siting, summaries
from utils.cli_input import load, radius
from utils.coverage import RADIUS_DEFAULT
from utils.models import COUNTRY, Coverage
from utils.siting import Siting
from utils.texts import Texts

_help = Texts("nl").t
commands = typer.Typer()
_SITE: Final = (
    *("number", "gained", "gained_total", "code", "name", "municipality", "municipality_code"),
    *("province", "lon", "lat"),
)
_LINE: Final = ("code", "name", "municipality")


@commands.command("sites", help=_help("cli.sites"))
def sites_(
    gebied: Annotated[str, typer.Option("--gebied", help=_help("cli.gebied"), metavar="CODE")] = COUNTRY,
    k: Annotated[int, typer.Option("--k", help=_help("cli.sites_k", high=siting.MOST), metavar="N")] = 10,
    straal: Annotated[
        float, typer.Option("--straal", help=_help("cli.straal"), metavar="M")
    ] = RADIUS_DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help=_help("cli.json"))] = False,
    format_: Annotated[str | None, typer.Option("--format", help=_help("cli.sites_format"))] = None,
    out: Annotated[Path | None, typer.Option(help=_help("cli.out"))] = None,
    taal: Annotated[str, typer.Option("--taal", help=_help("cli.taal"), metavar="nl|en")] = "nl",
) -> None:
    """Say where new groups would reach most people who have none, or write it to a file."""
    texts, metres, code = Texts(taal), radius(straal), gebied.strip().upper()
    wanted = cli_output.file_format(format_, out) if format_ or out else None
    current = load()
    found = siting.best_places(current, code, k, metres)
    if wanted is not None:
        cli_output.write(extracts.sites(current, code, k, metres, found), wanted, out, texts)
        return
    cli_output.tell_missing(texts)
    told = _facts(current, code, k, metres, found, texts)
    if as_json:
        cli_output.print_json({**told, **cli_output.about(current, texts)})
        return
    for site in told["sites"]:
        people = texts.number(site["gained"])
        typer.echo("\t".join([str(site["number"]), people, *(site[name] for name in _LINE)]))
    typer.echo(_summary(texts, told, found), err=True)
    typer.echo(export.source(extracts.origin(current), texts), err=True)


def _facts(
    current: Coverage, code: str, k: int, metres: float, found: Siting, texts: Texts
) -> dict[str, Any]:
    """The answer as JSON has it: people with six decimals, places in degrees."""
    area = summaries.ancestors(current.atlas, code)[-1]
    rows = site_table.table(current.atlas, found)
    towns = current.atlas.neighbourhoods.parents[[site.neighbourhood for site in found.sites]]
    rows["municipality_code"] = current.atlas.municipalities.codes[towns]
    sites = rows[list(_SITE)].round({"gained": 6, "gained_total": 6})
    return {
        "code": code,
        "level": area.level,
        "name": texts.t("area.country") if code == COUNTRY else area.name,
        "radius": metres,
        "k": k,
        "sites": [dict(zip(_SITE, row, strict=True)) for row in sites.to_numpy(dtype=object).tolist()],
        "gained": round(found.gained, 6),
        "open": round(found.open, 6),
        "method": found.method,
        "bound": round(found.bound, 6),
        "short": round(found.short, 6),
    }


def _summary(texts: Texts, told: dict[str, Any], found: Siting) -> str:
    """The outcome in a sentence: how many people, of how many, how near to the best."""
    if not told["sites"]:
        return site_words.none(texts, told["name"], told["radius"])
    people = {"gained": texts.number(found.gained), "open": texts.number(found.open)}
    outcome = texts.t("cli.sites_found", n=len(found.sites), name=told["name"], **people)
    return f"{outcome} {site_words.quality(texts, found)}"
