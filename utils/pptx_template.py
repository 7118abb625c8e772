"""An empty PowerPoint file of 16:9 in the look of the reports: theme, master and layouts with placeholders.

Made from the one that python-pptx brings along, so that every part is one that PowerPoint knows. Letters are
Arial: of the fonts that each computer has, the one whose widths are the same everywhere.
"""

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from utils.texts import Lang

WIDTH, HEIGHT = 960, 540
"""Of a slide, in points."""
FONT: Final = "Arial"
INK, QUIET, ACCENT, SIGNAL, LINE = "0C1F23", "33464B", "0B5358", "B84A00", "C3CDD0"
Kind = Literal["title", "ctrTitle", "subTitle", "body", "pic", "chart", "tbl", "ftr", "sldNum"]
Box = tuple[float, float, float, float]

_SCHEME: Final = {
    "dk1": INK, "lt1": "FFFFFF", "dk2": ACCENT, "lt2": "F1F5F5", "accent1": ACCENT, "accent2": "8FB4B3",
    "accent3": SIGNAL, "accent4": "5E7479", "accent5": "979720", "accent6": "7A2BCA", "hlink": ACCENT,
    "folHlink": ACCENT,
}  # fmt: skip


@dataclass(frozen=True)
class Spot:
    """A placeholder of a layout: its kind, number, place (x, y, width, height in points) and letters."""

    kind: Kind
    idx: int
    box: Box
    size: float = 16
    bold: bool = False
    colour: str = "tx1"
    anchor: Literal["t", "ctr", "b"] = "t"


_TITLE: Final = Spot("title", 0, (40, 24, 880, 80), 28, True, "accent1")
_FOOT: Final = Spot("ftr", 11, (40, 474, 770, 52), 10.5, colour="tx1")
_NUMBER: Final = Spot("sldNum", 12, (830, 492, 90, 22), 12, colour="tx1", anchor="ctr")
_BAR: Final = 6  # points that the bar before a text is wide

LAYOUTS: Final[dict[str, tuple[Spot, ...]]] = {
    "cover": (
        Spot("ctrTitle", 0, (40, 130, 880, 150), 42, True, "bg1", "b"),
        Spot("subTitle", 1, (40, 292, 880, 130), 22, colour="bg1"),
        Spot("body", 13, (40, 36, 880, 36), 18, True, "bg1"),
    ),
    "figures": (
        _TITLE,
        *(Spot("body", 13 + n, (58 + 450 * (n % 2), 118 + 176 * (n // 2), 420, 166), 15) for n in range(4)),
    ),
    "charts": (
        _TITLE,
        *(Spot("chart", 13 + n, (40 + 450 * n, 112, 430, 278)) for n in range(2)),
        *(Spot("body", 15 + n, (40 + 450 * n, 394, 430, 34), 12, colour="accent4") for n in range(2)),
        Spot("body", 17, (40, 432, 880, 32), 12, colour="accent4"),
    ),
    "chart": (_TITLE, Spot("chart", 13, (40, 118, 880, 300)), Spot("body", 14, (40, 422, 880, 42), 13)),
    "map": (_TITLE, Spot("pic", 13, (40, 116, 520, 346)), Spot("body", 14, (580, 116, 340, 346), 17)),
    "map_table": (
        _TITLE,
        Spot("pic", 13, (40, 114, 310, 310)),
        Spot("body", 14, (40, 426, 310, 42), 10.5),
        Spot("tbl", 15, (370, 114, 550, 310)),
        Spot("body", 16, (370, 430, 550, 34), 12, colour="accent4"),
    ),
    "table": (_TITLE, Spot("tbl", 13, (40, 116, 880, 346))),
    "tables": (_TITLE, *(Spot("tbl", 13 + n, (40 + 450 * n, 114, 430, 350)) for n in range(2))),
    "columns": (_TITLE, *(Spot("body", 13 + n, (40 + 450 * n, 116, 430, 346), 16) for n in range(2))),
    "plain": (_TITLE, Spot("body", 13, (40, 116, 880, 346), 24)),
    "text": (
        _TITLE,
        Spot("body", 13, (40, 108, 880, 34), 16),
        *(Spot("body", 14 + n, (40 + 450 * n, 146, 430, 318), 16) for n in range(2)),
    ),
}
"""Name of a layout → its placeholders; each bears foot and number besides, in white on the cover."""


def empty(names: dict[str, str], lang: Lang) -> Any:
    """A presentation without slides; ``names`` are those of the layouts, as PowerPoint shows them."""
    from pptx import Presentation  # here: only who makes a file needs it
    from pptx.util import Pt

    made = Presentation()
    made.slide_width, made.slide_height = Pt(WIDTH), Pt(HEIGHT)
    _no_longer_4_to_3(made)
    master = made.slide_master
    _theme(master)
    _master(master, lang)
    while len(made.slide_layouts) > len(LAYOUTS):
        made.slide_layouts.remove(made.slide_layouts[-1])
    for layout, (key, spots) in zip(made.slide_layouts, LAYOUTS.items(), strict=True):
        _layout(layout, names[key], spots, lang, dark=key == "cover")
    return made


def _no_longer_4_to_3(made: Any) -> None:
    """What the template says of its own shape, and its picture, go."""
    from pptx.opc.constants import RELATIONSHIP_TYPE

    made.part._element.find(_p("sldSz")).attrib.pop("type", None)
    package = made.part.package
    for key, relation in list(package._rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            package.drop_rel(key)
        elif relation.reltype == RELATIONSHIP_TYPE.EXTENDED_PROPERTIES:
            part = relation.target_part
            part._blob = part.blob.replace(b"On-screen Show (4:3)", b"Widescreen")


def layout(presentation: Any, key: str) -> Any:
    """The layout of a key of ``LAYOUTS``."""
    return presentation.slide_layouts[list(LAYOUTS).index(key)]


def tag(lang: Lang) -> str:
    """The language as Office names it."""
    return {"nl": "nl-NL", "en": "en-GB"}[lang]


def rgb(colour: str) -> Any:
    """A colour given as RRGGBB."""
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour)  # type: ignore[no-untyped-call]


def _theme(master: Any) -> None:
    """Our colours and one font in the theme, so that what people add looks as the rest."""
    from pptx.opc.constants import RELATIONSHIP_TYPE

    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    text = part.blob.decode("utf-8")
    for name, colour in _SCHEME.items():
        text = re.sub(
            rf"<a:{name}>.*?</a:{name}>",
            f'<a:{name}><a:srgbClr val="{colour}"/></a:{name}>',
            text,
            flags=re.S,
        )
    text = re.sub(r'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*"', rf'\g<1>{FONT}"', text)
    part._blob = text.encode("utf-8")


def _master(master: Any, lang: Lang) -> None:
    """The master: its placeholders in our places, a line over the foot, texts without bullets."""
    body = Spot("body", 1, (40, 116, 880, 346), 18)
    _replace(master, [_TITLE, body, _FOOT, _NUMBER], lang)
    _rule(master, "accent4")
    styles = master._element.find(_p("txStyles"))
    for part, size, bold, colour in (("titleStyle", 28, "1", "accent1"), ("bodyStyle", 18, "0", "tx1")):
        for level in styles.find(_p(part)):
            for old in [one for one in level if one.tag in (_a("buChar"), _a("buNone"), _a("buFont"))]:
                level.remove(old)
            level.set("marL", "0")
            level.set("indent", "0")
            level.set("algn", "l")
            run = level.find(_a("defRPr"))
            run.set("sz", str(size * 100))
            run.set("b", bold)
            run.find(_a("solidFill")).find(_a("schemeClr")).set("val", colour)
            level.insert(level.index(run), _new("a:buNone"))


def _layout(layout: Any, name: str, spots: tuple[Spot, ...], lang: Lang, dark: bool) -> None:
    element = layout._element
    for attribute in ("type", "preserve"):
        element.attrib.pop(attribute, None)
    element.set("preserve", "1")
    element.find(_p("cSld")).set("name", name)
    foot = [_FOOT, _NUMBER]
    if dark:
        foot = [Spot(one.kind, one.idx, one.box, one.size, colour="bg1", anchor=one.anchor) for one in foot]
        _ground(layout)
        element.set("showMasterSp", "0")
    _replace(layout, [*spots, *foot], lang)
    if dark:
        _rule(layout, "bg1")
    for spot in spots:
        if spots is LAYOUTS["figures"] and spot.kind == "body":
            x, y, _, height = spot.box
            _block(layout, (x - 18, y + 4, _BAR, height - 12), "accent1")


def _ground(layout: Any) -> None:
    """A ground in the accent colour."""
    sheet = layout._element.find(_p("cSld"))
    for old in sheet.findall(_p("bg")):
        sheet.remove(old)
    fill = '<a:solidFill><a:schemeClr val="accent1"/></a:solidFill>'
    sheet.insert(0, _parsed(f"<p:bg {{ns}}><p:bgPr>{fill}<a:effectLst/></p:bgPr></p:bg>"))


def _replace(holder: Any, spots: list[Spot], lang: Lang) -> None:
    """The placeholders of a master or layout, instead of those that it had."""
    tree = holder._element.find(_p("cSld")).find(_p("spTree"))
    for old in tree.findall(_p("sp")):
        tree.remove(old)
    for number, spot in enumerate(spots, start=2):
        tree.append(_placeholder(spot, number, lang))


def _placeholder(spot: Spot, number: int, lang: Lang) -> Any:
    x, y, width, height = (_emu(value) for value in spot.box)
    kind = f'type="{spot.kind}"' + (f' idx="{spot.idx}"' if spot.idx else "")
    if spot.kind in ("ftr", "sldNum"):
        kind += ' sz="quarter"'
    align = "r" if spot.kind == "sldNum" else "l"
    letters = (
        f'<a:lvl1pPr marL="0" indent="0" algn="{align}"><a:spcBef><a:spcPts val="0"/></a:spcBef><a:buNone/>'
        f'<a:defRPr sz="{round(spot.size * 100)}" b="{int(spot.bold)}"><a:solidFill>'
        f'<a:schemeClr val="{spot.colour}"/></a:solidFill></a:defRPr></a:lvl1pPr>'
    )
    run = f'<a:rPr lang="{tag(lang)}"/><a:t>{spot.kind}</a:t>'
    text = f"<a:r>{run}</a:r>"
    if spot.kind == "sldNum":
        text = f'<a:fld id="{{B5A3F6C0-1D2E-4F3A-8B4C-5D6E7F809112}}" type="slidenum">{run}</a:fld>'
    return _parsed(
        f'<p:sp {{ns}}><p:nvSpPr><p:cNvPr id="{number}" name="{spot.kind} {spot.idx}"/>'
        f'<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        f'<p:txBody><a:bodyPr vert="horz" lIns="0" tIns="0" rIns="0" bIns="0" anchor="{spot.anchor}">'
        f"<a:normAutofit/></a:bodyPr><a:lstStyle>{letters}</a:lstStyle><a:p>{text}</a:p></p:txBody></p:sp>"
    )


def _rule(holder: Any, colour: str) -> None:
    """The line over the foot."""
    _block(holder, (40, 468, 880, 1), colour)


def _block(holder: Any, box: Box, colour: str) -> None:
    """A coloured rectangle that means nothing: of the layout, behind everything."""
    tree = holder._element.find(_p("cSld")).find(_p("spTree"))
    x, y, width, height = (_emu(value) for value in box)
    number = 100 + len(tree)
    tree.insert(2, _parsed(
        f'<p:sp {{ns}}><p:nvSpPr><p:cNvPr id="{number}" name="line {number}"/><p:cNvSpPr/>'
        f'<p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{x}" y="{y}"/>'
        f'<a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        f'<a:solidFill><a:schemeClr val="{colour}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
    ))  # fmt: skip


def _emu(points: float) -> int:
    return round(points * 12_700)


def _p(name: str) -> str:
    from pptx.oxml.ns import qn

    return qn(f"p:{name}")


def _a(name: str) -> str:
    from pptx.oxml.ns import qn

    return qn(f"a:{name}")


def _new(name: str) -> Any:
    from pptx.oxml.xmlchemy import OxmlElement

    return OxmlElement(name)


def _parsed(xml: str) -> Any:
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    return parse_xml(xml.replace("{ns}", nsdecls("a", "p", "r")))
