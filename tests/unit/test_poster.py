"""The sheets: one page of A4, the same bytes every time, names as text, readable for screen readers."""

import hashlib
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from utils import lettering, poster, qr
from utils.errors import DataError
from utils.texts import LANGS, Texts

ROOT = Path(__file__).resolve().parents[2]
NL = Texts("nl")
ADDRESS = "https://kaart.voorbeeld.nl/mijn_buurt?gebied=BV09950012"
MAKERS = {"poster": poster.poster, "letter": poster.letter}
HOSTILE = (
    '#panic("x") #{1+1} $x^2$ *a* _b_ @c <d>', "'t \"Ven\" \\ // /* x */ [y] `z` ~ - + 1. = h",
    '"; #read("/etc/passwd")', "{place} ${1}", "https://evil.nl/x", "&amp; </p>",
)  # fmt: skip


def read(pdf: bytes) -> tuple[PdfReader, str]:
    """The PDF and its text, blanks aside: where a line breaks is not what these tests are about."""
    reader = PdfReader(BytesIO(pdf))
    return reader, bare("".join(page.extract_text() for page in reader.pages))


def bare(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", MAKERS)
def test_a_sheet_is_one_page_with_all_it_should_say(kind: str, lang: str) -> None:
    texts = Texts(lang)
    reader, text = read(MAKERS[kind](texts, "De Waterwijk", ADDRESS))
    (page,) = reader.pages
    assert [round(float(side)) for side in page.mediabox] == [0, 0, 595, 842]
    assert "DeWaterwijk" in text
    assert bare(ADDRESS.removeprefix("https://")) in text
    for word in ("Signaleer", "Alarmeer", "App", "Reageer", "112"):
        assert word in text
    if kind == "poster":
        assert bare(texts.t("poster.title")) in text
        assert bare(texts.t("poster.foot")) in text


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("kind", MAKERS)
def test_a_sheet_is_accessible(kind: str, lang: str) -> None:
    reader, _ = read(MAKERS[kind](Texts(lang), "De Waterwijk", ADDRESS))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == lang
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data()
    assert str(reader.metadata.title if reader.metadata else "")
    elements = list(kinds(root["/StructTreeRoot"]))
    assert "/H1" in [kind for kind, _ in elements]
    assert [alt for kind, alt in elements if kind == "/Figure"] == [
        Texts(lang).t("poster.code", address=ADDRESS)
    ]
    assert ("/L" in [kind for kind, _ in elements]) is (kind == "poster")


def kinds(element: Any) -> Any:
    """(kind, alternative text) of every element of the structure."""
    below = element.get("/K", [])
    for child in below if isinstance(below, list) else [below]:
        found = child.get_object()
        if hasattr(found, "get") and "/S" in found:
            yield str(found["/S"]), str(found.get("/Alt", ""))
            yield from kinds(found)


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text_and_nothing_else(kind: str, name: str) -> None:
    reader, text = read(MAKERS[kind](NL, name, ADDRESS))
    assert len(reader.pages) == 1
    assert bare(name) in text
    assert "/Annots" not in reader.pages[0]


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("name", ["W" * 80, "Sint-Jacobiparochie " * 4, "x"])
def test_a_long_name_stays_on_the_page(kind: str, name: str) -> None:
    long = "https://" + "a" * 60 + ".voorbeeld.nl/met/een/lang/pad/mijn_buurt?gebied=BV09950012&taal=en"
    reader, text = read(MAKERS[kind](NL, name.strip(), long))
    assert len(reader.pages) == 1
    assert bare(name) in text
    assert bare(long.removeprefix("https://")) in text
    assert reader.pages[0].extract_text().count("112") >= 1


@pytest.mark.parametrize("name", ["日本 😀", "a\x00b"])
def test_a_sign_that_no_font_has_does_not_stop_the_sheet(name: str) -> None:
    reader, text = read(poster.poster(NL, name, ADDRESS))
    assert len(reader.pages) == 1
    assert "SAAR" in text


@pytest.mark.parametrize("kind", MAKERS)
def test_the_same_data_give_the_same_bytes(kind: str, tmp_path: Path) -> None:
    here = MAKERS[kind](NL, "De Waterwijk", ADDRESS)
    assert MAKERS[kind](NL, "De Waterwijk", ADDRESS) == here
    assert MAKERS[kind](NL, "De Waterwijk 2", ADDRESS) != here
    asked = (
        f"import hashlib, sys; sys.path.insert(0, {str(ROOT)!r}); from utils import poster; from utils.texts "
        f"import Texts; made = poster.{kind}(Texts('nl'), 'De Waterwijk', {ADDRESS!r}); "
        "sys.stdout.write(hashlib.sha256(made).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "PATH": ""},
    )  # fmt: skip
    assert other.stdout == hashlib.sha256(here).hexdigest()


def test_the_fonts_are_those_that_come_with_it() -> None:
    reader, _ = read(poster.poster(NL, "De Waterwijk", ADDRESS))
    resources: Any = reader.pages[0]["/Resources"]
    names = {str(font.get_object()["/BaseFont"]).partition("+")[2] for font in resources["/Font"].values()}
    assert {name.partition("-")[0] for name in names} == {"SourceSansPro"}


def test_without_the_fonts_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "_PACKAGE", "no_such_package")
    with pytest.raises(DataError) as caught:
        poster.poster(NL, "De Waterwijk", ADDRESS)
    assert "no_such_package" in NL.t(caught.value.key, **caught.value.params)


def test_a_code_is_a_picture_of_its_own_with_a_quiet_zone() -> None:
    made = qr.svg(ADDRESS)
    assert made == qr.svg(ADDRESS) != qr.svg(ADDRESS + "1")
    assert made.startswith("<svg ")
    assert 'xmlns="http://www.w3.org/2000/svg"' in made
    (size,) = {int(side) for side in re.search(r'viewBox="0 0 (\d+) (\d+)"', made).groups()}  # type: ignore[union-attr]
    assert (size - 8 - 17) % 4 == 0  # 4 modules on each side; a code has 17 + 4 × version
    assert "kaart" not in made
