"""Typst in a process of its own: the same bytes, the same refusals, and nothing of it stays behind."""

import subprocess
import sys
from pathlib import Path

import pytest

from utils import qr, typesetting
from utils.errors import DataError

ROOT = Path(__file__).resolve().parents[2]
SHEET = {
    **dict.fromkeys(("title", "scan", "type", "code_alt", "place", "address"), "x"),
    "kind": "letter", "lang": "nl", "code": qr.svg("x"), "paragraphs": ["Súdwest"], "rules": [],
}  # fmt: skip
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"/>'
PICTURE = {"svg": SVG, "width": 20, "height": 10}


def test_a_process_of_its_own_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    here = typesetting.pdf("sheet.typ", SHEET), typesetting.png("picture.typ", PICTURE, 144)
    monkeypatch.setattr(typesetting, "_here", [])
    assert (typesetting.pdf("sheet.typ", SHEET), typesetting.png("picture.typ", PICTURE, 144)) == here


@pytest.mark.parametrize("here", [True, False])
def test_what_cannot_be_set_is_told(monkeypatch: pytest.MonkeyPatch, here: bool) -> None:
    monkeypatch.setattr(typesetting, "_here", [True] if here else [])
    odd = {**SHEET, "title": "日本"}
    with pytest.raises(typesetting.RefusedError):
        typesetting.pdf("sheet.typ", odd)
    assert typesetting.pdf_at_any_rate("sheet.typ", odd).startswith(b"%PDF")
    with pytest.raises(DataError, match=r"typeset"):
        typesetting.pdf_at_any_rate("sheet.typ", {"title": "x"})


def test_a_process_that_dies_or_takes_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "_here", [])
    monkeypatch.setattr(typesetting, "_START", "raise SystemExit(3)")
    with pytest.raises(DataError, match=r"typeset"):
        typesetting.pdf("sheet.typ", SHEET)
    monkeypatch.setattr(typesetting, "_START", "import time; time.sleep(60)")
    monkeypatch.setattr(typesetting, "SECONDS", 0.2)
    with pytest.raises(DataError, match=r"TimeoutExpired"):
        typesetting.pdf("sheet.typ", SHEET)


def test_the_website_does_without_typst_in_its_own_process() -> None:
    asked = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from utils import typesetting\n"
        f"assert typesetting.png('picture.typ', {PICTURE!r}, 72).startswith(b'\\x89PNG')\n"
        "assert 'typst' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", asked], check=True, timeout=60)
