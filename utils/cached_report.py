"""Reports for the web: the report of an area, its slides, files and pictures.

Each is made when somebody asks for it, kept for all visitors, and made anew when the data change. Apart from
:mod:`utils.cached`, so that the map page does without all that draws and typesets.
"""

from typing import Any, Final

import streamlit as st

from utils import cached, deck_data, picture, report, report_pdf, report_pptx, slides
from utils.models import Coverage
from utils.picture import Size
from utils.report_model import Chart, MapPlan, Report
from utils.texts import Texts

WRITERS: Final = {"pdf": report_pdf.write, "pptx": report_pptx.write}
"""File format → what writes a report in it."""
_WIDE, _SQUARE, _LONG, _UPRIGHT = (820, 600), (600, 600), (1300, 560), (580, 620)
_LETTER, _SCREEN_LETTER = 25, 19
"""Units of a map on a slide alone, of one beside a table, of a chart, and of one on a telephone held upright;
units of letters there and here."""


def _key(c: Coverage, code: str, radius: float, lang: str) -> tuple[Any, ...]:
    return c.atlas.edition.version, c.groups.revision, cached.per_group(), code, radius, lang


def of(c: Coverage, code: str, radius: float, texts: Texts) -> Report:
    """The report of a municipality, a province or the country. Raises InputError for another area."""
    return _report(_key(c, code, radius, texts.lang), c, texts)


@st.cache_resource(max_entries=64, show_spinner=False)
def _report(key: tuple[Any, ...], _c: Coverage, _texts: Texts) -> Report:
    *_, per_group, code, radius, _ = key
    return report.build(_c, code, radius, _texts, per_group)


def _made_of(c: Coverage, made: Report) -> tuple[Any, ...]:
    return _key(c, made.code, made.radius, made.lang)


def deck(c: Coverage, made: Report, texts: Texts) -> list[dict[str, Any]]:
    """The slides as the script of the presentation takes them; do not change what is returned."""
    return _deck(_made_of(c, made), c, made, texts)


@st.cache_resource(max_entries=24, show_spinner=False)
def _deck(key: object, _c: Coverage, _made: Report, _texts: Texts) -> list[dict[str, Any]]:
    def draw(part: MapPlan | Chart, upright: bool) -> str:
        if isinstance(part, Chart):
            size = _UPRIGHT if upright else _LONG
            return picture.portable(picture.bare_chart(part, _texts, *size, _LETTER))
        size = _SQUARE if part.numbered or part.sites else _WIDE
        return picture.portable(picture.bare_map(_c, part, _texts, *size, _LETTER))

    return deck_data.data(_made, slides.of(_made), draw, _texts)


def file(c: Coverage, made: Report, texts: Texts, wanted: str) -> bytes:
    """The report as a file: ``pdf`` or ``pptx``. Raises DataError."""
    return _file(_made_of(c, made), wanted, c, made, texts)


@st.cache_resource(max_entries=32, show_spinner=False)
def _file(key: object, wanted: str, _c: Coverage, _made: Report, _texts: Texts) -> bytes:
    return WRITERS[wanted](_c, _made, _texts)


def image(c: Coverage, made: Report, texts: Texts, name: str, size: Size, wanted: str) -> bytes:
    """A picture (see `picture.pictures`) as a file: ``png``, or ``svg`` with its letters inside."""
    return _image(_made_of(c, made), name, size, wanted, c, made, texts)


@st.cache_resource(max_entries=64, show_spinner=False)
def _image(
    key: object, name: str, size: Size, wanted: str, _c: Coverage, _made: Report, _texts: Texts
) -> bytes:
    svg = picture.of(_c, _made, picture.pictures(_made)[name], _texts, size)
    return picture.size_png(svg, size) if wanted == "png" else picture.portable(svg).encode()


def preview(c: Coverage, made: Report, texts: Texts) -> str:
    """The map of a report as SVG, without title, legend and source: the page gives these."""
    return _preview(_made_of(c, made), c, made, texts)


@st.cache_resource(max_entries=64, show_spinner=False)
def _preview(key: object, _c: Coverage, _made: Report, _texts: Texts) -> str:
    return picture.portable(picture.bare_map(_c, overview(_made), _texts, *_WIDE, _SCREEN_LETTER))


def overview(made: Report) -> MapPlan:
    """The map that every report has: of the whole area."""
    plan = picture.pictures(made)["map"]
    assert isinstance(plan, MapPlan)
    return plan
