"""Letters: widths are those of the font, lines fit, the font inside an SVG has what the text needs."""

import base64
import io
import re

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from utils import lettering, svg
from utils.errors import DataError


@pytest.mark.parametrize("weight", [400, 600])
@pytest.mark.parametrize("text", ["Lelystad", "'s-Gravenhage", "Súdwest-Fryslân", "1.234 van 5.678"])
def test_widths_are_those_of_the_font(text: str, weight: int) -> None:
    font = ImageFont.truetype(lettering.folder() / lettering._FILES[weight], 1000, layout_engine=0)
    assert lettering.width(text, 1000, weight) == pytest.approx(font.getlength(text), rel=0.01)


@given(st.text("abc ÁÏ-é\u00a0 ", max_size=60), st.floats(20, 200))
def test_lines_fit_and_lose_nothing(text: str, room: float) -> None:
    made = lettering.lines(text, 10, room)
    assert "".join(made).replace(" ", "") == text.replace(" ", "")
    assert all(lettering.width(one, 10) <= room for one in made)


def test_a_no_break_blank_keeps_words_together() -> None:
    assert lettering.lines("een 12\u00a0km twee", 10, lettering.width("een 12", 10) + 1) == [
        "een",
        "12\u00a0km",
        "twee",
    ]


def test_the_font_inside_has_the_characters_and_little_more() -> None:
    css = lettering.face(600, "Súdwest 12")
    font = TTFont(io.BytesIO(base64.b64decode(re.search(r"base64,([^)]+)\)", css).group(1))))  # type: ignore[union-attr]
    assert {chr(x) for x in font.getBestCmap()} == set("Súdwest 12")
    assert css == lettering.face(600, "Súdwest 12")
    assert len(css) < 8_000


def test_without_the_font_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "_PACKAGE", "no_such_package")
    with pytest.raises(DataError, match=r"typeset"):
        lettering.folder()


@given(st.text(max_size=30))
def test_any_text_may_stand_in_an_svg(text: str) -> None:
    import xml.etree.ElementTree as ET

    root = ET.fromstring(svg.document(10, 10, svg.label(text, 1, 1, 5, "#000"), "t" + text, text))
    assert [one.tag.partition("}")[2] for one in root] == ["title", "desc", "text"]


@given(st.floats(-1e6, 1e6))
def test_numbers_are_short_and_right(value: float) -> None:
    assert abs(float(svg.number(value)) - value) <= 0.0501
    assert not svg.number(value).startswith("-0") or float(svg.number(value)) != 0
