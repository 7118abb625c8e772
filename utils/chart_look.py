"""The look and the language of charts, the same on screen and on paper; charts as pictures.

Vega writes numbers and days by the locale that :func:`dressed` gives it, so that 1929 is 1.929 in Dutch, on
the page and in a picture alike. vl-convert is imported where it is needed: few visitors ask for a picture.
"""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal

from utils.classes import Theme
from utils.texts import Texts

Chart = Any  # alt.Chart, alt.LayerChart and the like: Altair has no name for all of them
_FONTS: Final = "Source Sans, Source Sans Pro, sans-serif"
_FONT_PACKAGE: Final = "font_source_sans_pro"
_SUNDAY_FIRST: Final = (6, 0, 1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Look:
    """The colours of a theme: text, what stands back, lines of the grid, background, and areas.

    ``areas`` are for at most six areas beside each other, the chosen one first, in the accent. To the
    colour-blind too they differ by 25 or more (CIE 1976), and from the background by 3 to 1; none is near the
    signal colour.
    """

    ink: str
    quiet: str
    grid: str
    background: str
    areas: tuple[str, ...]

    @property
    def accent(self) -> str:
        """The colour of what a chart is about."""
        return self.areas[0]


LOOKS: Final[Mapping[Theme, Look]] = {
    "light": Look(
        "#12262A", "#8C9EA2", "#DDE3E5", "#FFFFFF",
        ("#0B5358", "#979720", "#7A2BCA", "#C76BC7", "#653D15", "#1F104C"),
    ),
    "dark": Look(
        "#EEF3F3", "#5F7075", "#2B3538", "#111617",
        ("#5FB3B1", "#E1C470", "#7857DB", "#B1435F", "#DDF6D5", "#7E651B"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Caption:
    """What is said around a chart: the finding, what is measured, whence and of when, the chart in words.

    ``alt`` is for who does not see the chart: its shape in a sentence; the figures are in the table.
    """

    title: str
    meaning: str
    source: str
    alt: str


def dressed(chart: Chart, texts: Texts, theme: Theme) -> Chart:
    """A chart with the look and the language, as wide as the room that it gets.

    What comes out can no longer be layered or set beside others: do that first.
    """
    look = LOOKS[theme]
    fitted = chart.properties(
        autosize={"type": "fit-x", "contains": "padding"},
        padding={"left": 0, "right": 4, "top": 4, "bottom": 4},
    )
    words: dict[str, Any] = {
        "labelFont": _FONTS, "labelFontSize": 13, "labelColor": look.ink,
        "titleFont": _FONTS, "titleFontSize": 13, "titleColor": look.ink, "titleFontWeight": 400,
    }  # fmt: skip
    config: dict[str, Any] = {
        # Vega speaks English only: the page says in words what the chart shows.
        "aria": False, "mark": {"aria": False},
        "background": "transparent",
        "font": _FONTS,
        "locale": locale(texts),
        "view": {"stroke": None},
        "axis": {"gridColor": look.grid, "domain": False, "ticks": False, "labelPadding": 6, **words},
        "legend": words,
        "text": {"font": _FONTS, "fontSize": 13, "color": look.ink},
        "line": {"strokeWidth": 2.5, "color": look.accent},
        "bar": {"color": look.accent},
        "title": {
            "anchor": "start", "frame": "bounds", "offset": 14,
            "font": _FONTS, "fontSize": 18, "fontWeight": 700, "color": look.ink,
            "subtitleFont": _FONTS, "subtitleFontSize": 12.5, "subtitleColor": look.ink, "subtitlePadding": 6,
        },
    }  # fmt: skip
    return fitted.configure(**config)


def locale(texts: Texts) -> dict[str, Any]:
    """Numbers and days as a language writes them, in the words of d3-format and d3-time-format."""
    signs, months, days = (
        texts.locale.number_symbols["latn"],
        texts.locale.months["format"],
        texts.locale.days["format"],
    )
    return {
        "number": {
            "decimal": signs["decimal"],
            "thousands": signs["group"],
            "grouping": [3],
            "currency": ["€ ", ""],
            "minus": signs["minusSign"],
        },
        "time": {
            "dateTime": "%-d %B %Y %H:%M",
            "date": "%-d %B %Y",
            "time": "%H:%M",
            "periods": ["AM", "PM"],
            "days": [days["wide"][day] for day in _SUNDAY_FIRST],
            "shortDays": [days["abbreviated"][day] for day in _SUNDAY_FIRST],
            "months": [months["wide"][month] for month in range(1, 13)],
            "shortMonths": [months["abbreviated"][month] for month in range(1, 13)],
        },
    }


def picture(
    chart: Chart,
    caption: Caption,
    texts: Texts,
    wanted: Literal["svg", "png"],
    theme: Theme = "light",
    width: int = 640,
    scale: float = 2.0,
) -> bytes:
    """A chart as a picture that can go out by itself: title, meaning and source are in it.

    ``width`` in pixels of CSS; a PNG has ``scale`` times as many. The same chart gives the same bytes.
    """
    import vl_convert

    _register_fonts()
    title = {
        "text": textwrap.wrap(caption.title, max(width // 9, 20)),
        "subtitle": textwrap.wrap(f"{caption.meaning} {caption.source}", max(int(width / 6.2), 25)),
    }
    made = dressed(chart.properties(title=title, width=width), texts, theme).to_dict()
    made |= {"description": caption.alt, "padding": 16, "background": LOOKS[theme].background}
    if wanted == "svg":
        svg: str = vl_convert.vegalite_to_svg(made)
        return svg.encode("utf-8")
    png: bytes = vl_convert.vegalite_to_png(made, scale=scale)
    return png


@cache
def _register_fonts() -> None:
    """The letter of the pages, which the computer may lack."""
    import vl_convert

    found = find_spec(_FONT_PACKAGE)
    assert found is not None  # a requirement
    assert found.origin is not None
    vl_convert.register_font_directory(str(Path(found.origin).parent / "files"))
