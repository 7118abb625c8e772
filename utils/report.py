"""Coverage and texts → the report of one area, from its finding to its sources.

Pure. Sentences and figures are those of the dashboard (:mod:`utils.wording`, :mod:`utils.summaries`), so that
paper, slides and screen say the same.
"""

from typing import Final

from utils import report_sections, summaries, wording
from utils.coverage import PER_GROUP
from utils.errors import InputError
from utils.models import Coverage
from utils.report_model import Report
from utils.report_story import Story
from utils.texts import Texts

_KNOWN: Final = ("country", "province", "municipality")


def build(coverage: Coverage, code: str, radius: float, texts: Texts, per_group: float = PER_GROUP) -> Report:
    """The report of a municipality, a province or the country; of the country it takes some seconds.

    ``radius`` in metres, 100 to 5,000; ``per_group`` the participants assumed for a group that reports none.

    Raises InputError for an area that does not exist, for a radius out of range, and for a neighbourhood: no
    council has one.
    """
    key = summaries.key_figures(coverage, code, radius, per_group)
    area = key.area
    if area.level not in _KNOWN:
        raise InputError("error.report_level", came=code)
    story = Story(coverage, key, texts, per_group)
    atlas, groups = coverage.atlas, coverage.groups
    return Report(
        lang=texts.lang,
        code=area.code,
        level=area.level,
        radius=area.radius,
        name=story.name,
        subject=texts.t(f"report.subject.{area.level}", name=story.name),
        finding=wording.title(texts, atlas, area),
        lead=_lead(story),
        key_figures=tuple(wording.metrics(texts, coverage, key, float("nan"))),
        sections=report_sections.of(story),
        source=wording.source_line(texts, coverage, area.radius),
        mark=mark(texts, coverage),
        boundaries=atlas.edition.peildatum,
        peildatum=groups.peildatum,
        example=groups.example,
        approximate=atlas.edition.kind == "approximate",
    )


def filename(report: Report, wanted: str) -> str:
    """A name for the report as a file, such as ``raadsrapport-GM0995-500m-nl-voorbeeld.pdf``."""
    return name_of(report.code, report.radius, report.lang, report.example, wanted)


def name_of(code: str, radius: float, lang: str, example: bool, wanted: str) -> str:
    """The same before there is a report: radius in metres; ``example``: with example groups."""
    mark = "-voorbeeld" if example else ""
    return f"raadsrapport-{code}-{round(radius)}m-{lang}{mark}.{wanted}"


def mark(texts: Texts, coverage: Coverage) -> str:
    """What is not the real thing, in a sentence; "" if all is."""
    example, approximate = coverage.groups.example, coverage.atlas.edition.kind == "approximate"
    if not (example or approximate):
        return ""
    return texts.t(f"report.mark.{'both' if example and approximate else 'groups' if example else 'areas'}")


def _lead(story: Story) -> tuple[str, ...]:
    """What explains the finding, in a few sentences."""
    texts, area = story.texts, story.key.area
    if area.inhabitants == 0:
        return ()
    near = "report.lead.unknown"
    if area.reach == area.reach:
        near = "report.lead.all" if round(area.unreached) == 0 else "report.lead.reach"
    said = {
        "share": texts.percent(area.reach),
        "people": texts.number(area.unreached),
        "radius": texts.distance(area.radius),
    }
    return texts.t(near, **said), story.groups_line()
