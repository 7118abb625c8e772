"""What an SVG is written with: short numbers, escaped texts, the document around a drawing. Pure."""

import html
import re
from typing import Final

from utils.lettering import FAMILY

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def allowed(text: str) -> str:
    """A text without the characters that XML does not allow, not even escaped."""
    return _FORBIDDEN.sub("", text)


def escaped(text: str) -> str:
    """A text as it may stand in an SVG: escaped, without the characters that XML does not allow.

    >>> escaped("A & B <c> \\"d\\" \\x07")
    'A &amp; B &lt;c&gt; &quot;d&quot; '
    """
    return html.escape(allowed(text))


def number(value: float) -> str:
    """A number as short as one decimal allows.

    >>> number(3.0), number(0.04), number(-12.34)
    ('3', '0', '-12.3')
    """
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def label(
    text: str,
    x: float,
    y: float,
    size: float,
    colour: str,
    weight: int = 400,
    anchor: str = "start",
    halo: bool = False,
) -> str:
    """A line of text with its foot at y; ``halo``: with a white edge, to be read on any ground."""
    edge = (
        f' stroke="#FFFFFF" stroke-width="{size * 0.26:.2f}" stroke-linejoin="round" stroke-opacity="0.85" '
        'paint-order="stroke"'
    )
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-family="{FAMILY}" font-weight="{weight}" '
        f'font-size="{number(size)}" text-anchor="{anchor}" fill="{colour}"{edge if halo else ""}>'
        f"{escaped(text)}</text>"
    )


def circle(
    x: float, y: float, r: float, fill: str, line: str = "none", thick: float = 0, opacity: float = 1
) -> str:
    """A circle; ``opacity`` is that of its inside."""
    see_through = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
    return (
        f'<circle cx="{number(x)}" cy="{number(y)}" r="{r:.2f}" fill="{fill}"{see_through} stroke="{line}" '
        f'stroke-width="{thick:.2f}"/>'
    )


def path(steps: str, fill: str, line: str = "none", thick: float = 0, dash: str = "") -> str:
    """A path of ready steps; holes of polygons stay open."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{steps}" fill="{fill}" fill-rule="evenodd" stroke="{line}" stroke-width="{thick:.2f}" '
        f'stroke-linejoin="round"{dashed}/>'
    )


def line(*places: tuple[float, float]) -> str:
    """The steps of a path along places.

    >>> line((0, 1), (2.55, 3))
    'M0,1L2.5,3'
    """
    return "M" + "L".join(f"{number(x)},{number(y)}" for x, y in places)


def document(
    width: float, height: float, body: str, title: str = "", about: str = "", style: str = ""
) -> str:
    """A whole SVG of ``width`` × ``height`` units; ``title`` and ``about`` are read out, not seen."""
    size = f'width="{number(width)}" height="{number(height)}" viewBox="0 0 {number(width)} {number(height)}"'
    told = f"<title>{escaped(title)}</title><desc>{escaped(about)}</desc>" if title else ""
    role = ' role="img"' if title else ""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}{role}>{told}{body}</svg>'
