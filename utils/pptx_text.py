"""Text in a placeholder of a PowerPoint slide: paragraphs of runs, in letters as large as fit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from utils import lettering
from utils.pptx_template import QUIET, rgb, tag
from utils.report_model import LegendItem
from utils.svg import allowed
from utils.texts import Lang

_WIDER: Final = 1.12
"""How much wider Arial is than the letters that `lettering` measures."""
LEADING: Final = 1.2


@dataclass(frozen=True)
class Run:
    """Letters of one look; ``size`` in points (0: the placeholder's), ``colour`` RRGGBB ("": the usual)."""

    text: str
    size: float = 0
    bold: bool = False
    colour: str = ""


Paragraph = Sequence[Run]


def write(shape: Any, paragraphs: Sequence[Paragraph], lang: Lang, space: float = 0) -> None:
    """Paragraphs into the text of a shape, ``space`` points before each but the first."""
    from pptx.util import Pt

    frame = shape.text_frame
    for number, runs in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        if number and space:
            paragraph.space_before = Pt(space)
        for one in runs:
            add(paragraph, one, lang)


def add(paragraph: Any, one: Run, lang: Lang) -> None:
    """A run at the end of a paragraph, in the language that it is in."""
    from pptx.util import Pt

    run = paragraph.add_run()
    run.text = allowed(one.text)
    if one.size:
        run.font.size = Pt(one.size)
    if one.bold:
        run.font.bold = True
    if one.colour:
        run.font.color.rgb = rgb(one.colour)
    run._r.get_or_add_rPr().set("lang", tag(lang))


def together(text: str) -> str:
    """Figures between middle dots, each of which stays on one line.

    >>> together("Flevoland 41% · Nederland 54%")
    'Flevoland\\xa041% · Nederland\\xa054%'
    """
    return " · ".join(one.replace(" ", "\u00a0") for one in text.split(" · "))


def room(shape: Any) -> tuple[float, float]:
    """Width and height of a placeholder in points."""
    return shape.width.pt, shape.height.pt


def width(text: str, size: float, weight: int = 400) -> float:
    """How wide a text is in letters of ``size`` points."""
    return lettering.width(text, size * _WIDER, weight)


def lines(text: str, size: float, wide: float, weight: int = 400) -> int:
    """How many lines a text takes in a column of ``wide`` points; 1 at least."""
    return len(lettering.lines(text, size * _WIDER, wide, weight)) or 1


def height(paragraphs: Iterable[Paragraph], wide: float, size: float, space: float = 0) -> float:
    """Points that paragraphs take in a column; letters without a size of their own have ``size``."""
    made = 0.0
    for number, runs in enumerate(paragraphs):
        letter = max(one.size or size for one in runs)
        weight = 600 if any(one.bold for one in runs) else 400
        made += lines("".join(one.text for one in runs), letter, wide, weight) * letter * LEADING
        made += space if number else 0
    return made


def fitted(
    holders: Sequence[Any],
    texts: Sequence[Sequence[Paragraph]],
    lang: Lang,
    most: float,
    space: float = 0,
    least: float = 8,
) -> None:
    """Texts into placeholders, in letters of one size: the largest, ``most`` to ``least``, that fits each."""
    both = list(zip(holders, texts, strict=True))
    size = min(_fitting(said, holder, most, least, space) for holder, said in both)
    for holder, said in both:
        write(holder, [[replace(one, size=one.size or size) for one in runs] for runs in said], lang, space)


def _fitting(said: Sequence[Paragraph], holder: Any, most: float, least: float, space: float) -> float:
    wide, high = room(holder)
    size = most
    while size > least and height(said, wide, size, space) > high:
        size -= 0.5
    return size


def legend(items: Sequence[LegendItem]) -> list[Paragraph]:
    """A map's legend as paragraphs, each with its mark in its colour."""
    made: list[Paragraph] = []
    for item in items:
        mark, colour = {"dot": "●", "site": "❶", "number": "❶"}.get(item.shape, "■"), item.fill
        if item.hatch:
            mark, colour = "▨", item.hatch
        elif item.fill.upper() == "#FFFFFF":
            mark, colour = "□", QUIET
        made.append((Run(f"{mark}\u00a0", colour=colour.removeprefix("#").upper()), Run(item.label)))
    return made


def describe(shape: Any, text: str) -> None:
    """The alternative text of a picture, chart or table."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", allowed(text))
