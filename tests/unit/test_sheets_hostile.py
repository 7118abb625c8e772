"""Broken, locked, wrong and malicious files: a sentence or a result, never anything else, never for long."""

import io
import json
import random
import struct
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest

from tests.unit.forked_sheets import forked
from utils import sheet_limits, sheet_process, sheet_zip, sheets
from utils.errors import InputError
from utils.texts import Texts

LISTS = Path(__file__).resolve().parents[1] / "lists"
XLSX = LISTS / "titel-en-samengevoegd.xlsx"
ODS = LISTS / "libreoffice.ods"


def key(content: bytes, name: str = "lijst.xlsx") -> str:
    with pytest.raises(InputError) as caught:
        sheets.read(content, name)
    for lang in ("nl", "en"):
        assert Texts(lang).t(caught.value.key, **caught.value.params)
    return caught.value.key.removeprefix("error.sheet_")


def changed(source: Path, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """A zipped list with other content in some parts; None leaves a part out."""
    out = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


# --- other kinds of files


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"%PDF-1.7 ...", "old"),
        (b"<html><table><tr><td>naam</td></tr></table></html>", "old"),
        (b"<?xml version='1.0'?><Workbook/>", "old"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "old"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (zipped({"Index/Document.iwa": b"x"}), "old"),
        (zipped({"lijst.csv": b"naam\na\n"}), "zip"),
        (zipped({"xl/workbook.bin": b"x"}), "old"),
        (b"PK\x03\x04", "broken"),
        (b"\x00\x01\x02\x03", "no_text"),
        (b'{"type": "Topology"}', "json"),
        (b'{"type": "FeatureCollection", "features": 3}', "json"),
        (b'{"type": "FeatureCollection", "features": []', "json"),
        (b'{"type": "Feature", "properties": {"naam": "\\ud800"}}', "json"),
        (b'naam;plaats\n"a;b\n', "quotes"),
        (b'naam;plaats\n"a"b";c\n', "quotes"),
        (b"a;b\n" + b"x" * 40_000 + b";c\n", "cell"),
        (b"a;b\n" + b"x;" * 400 + b"\n", "columns"),
        (b"a;b\n" + b"x;" * 1_000_000 + b"\n", "columns"),
        (b"a;b\n" + b"c;d\n" * (sheet_limits.ROWS + 1), "rows"),
        (b"x" * (sheet_limits.SIZE + 1), "size"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_told(content: bytes, wanted: str) -> None:
    assert key(content) == wanted


def test_the_content_decides_not_the_name() -> None:
    assert sheets.read(XLSX.read_bytes(), "groepen.csv")[0].name == "Groepen"
    assert len(sheets.read(b"naam;plaats\na;b\n", "groepen.xlsx")[0].lines) == 2


def test_a_locked_opendocument_is_told() -> None:
    def lock(name: str, content: bytes) -> bytes:
        return (
            content.replace(b"/>", b"><manifest:encryption-data/></manifest:file-entry>")
            if "manifest" in name
            else content
        )

    assert key(changed(ODS, lock)) == "encrypted"


def test_a_part_with_a_password_is_told() -> None:
    content = bytearray(zipped({"xl/workbook.xml": b"x"}))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    assert key(bytes(content)) == "encrypted"


# --- bombs


def test_too_much_inside_is_refused_whatever_the_parts_say() -> None:
    honest = zipped({"xl/workbook.xml": b"0" * 3_000_000})
    with zipfile.ZipFile(io.BytesIO(honest)) as archive, pytest.raises(InputError) as caught:
        list(sheet_zip.chunks(archive, archive.infolist()[0], 2_000_000))
    assert caught.value.key == "error.sheet_bomb"
    lying = honest.replace(struct.pack("<I", 3_000_000), struct.pack("<I", 1000))
    assert lying != honest
    with zipfile.ZipFile(io.BytesIO(lying)) as archive, pytest.raises(InputError) as caught:
        list(sheet_zip.chunks(archive, archive.infolist()[0], 2_000_000))
    assert caught.value.key == "error.sheet_bomb"
    assert key(lying) == "broken"


def test_a_real_bomb_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        new.writestr("xl/workbook.xml", b"x")
        for n in range(9):
            new.writestr(f"xl/{n}.xml", bytes(100_000_000))
    assert len(out.getvalue()) < sheet_limits.SIZE
    assert key(out.getvalue()) == "bomb"


def test_thousands_of_parts_are_refused() -> None:
    assert key(zipped({f"{n}.xml": b"" for n in range(sheet_zip.PARTS + 1)})) == "bomb"


def test_a_cell_in_the_last_corner_is_refused() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "naam"
    book.active["XFD1048576"] = "ver weg"
    out = io.BytesIO()
    book.save(out)
    assert key(out.getvalue()) == "far"


@pytest.mark.parametrize(
    ("rows", "columns", "wanted"),
    [(1_048_576, 1, "far"), (1, 16_384, "far"), (200_001, 1, "far"), (199_000, 200, "cells")],
)
def test_repeated_cells_with_content_are_refused_in_time(rows: int, columns: int, wanted: str) -> None:
    old = b"<table:table-row table:number-rows-repeated"
    new = (
        f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell '
        f'table:number-columns-repeated="{columns}"><text:p>x</text:p></table:table-cell></table:table-row>'
    )
    content = changed(
        ODS, lambda name, part: part.replace(old, new.encode() + old, 1) if name == "content.xml" else part
    )
    assert key(content) == wanted


@pytest.mark.parametrize("source", [XLSX, ODS], ids=lambda path: path.suffix)
def test_entities_are_not_expanded(source: Path) -> None:
    kinds = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "lol"}">' for n in range(12))

    def bomb(name: str, content: bytes) -> bytes:
        if name not in ("content.xml", "xl/sharedStrings.xml", "xl/workbook.xml"):
            return content
        head, _, rest = content.partition(b"?>")
        return head + b"?><!DOCTYPE x [" + kinds.encode() + b"]>" + rest.replace(b"Buurt", b"&a11;", 1)

    assert key(changed(source, bomb)) == "broken"


@pytest.mark.parametrize(
    "deep",
    [
        b"[" * 5_000_000,
        b'{"a":' * 2_000_000,
        b'{"type":"Polygon","coordinates":' + b"[" * 900 + b"]" * 900 + b"}",
    ],
)
def test_json_may_be_deep(deep: bytes) -> None:
    start = b'{"x": ' if deep.startswith(b"[") else b""
    try:
        assert sheets.read(start + deep, "x.geojson")[0].lines[1].cells[0] == "Polygon"
    except InputError as problem:
        assert problem.key == "error.sheet_json"


def test_what_is_no_place_is_a_word_in_lat() -> None:
    def place(geometry: object) -> object:
        feature = {"type": "Feature", "properties": {"naam": "a"}, "geometry": geometry}
        (sheet,) = sheets.read(
            json.dumps({"type": "FeatureCollection", "features": [feature]}).encode(), "x.json"
        )
        assert sheet.lines[0].cells == ("lat", "lon", "naam")
        return sheet.lines[1].cells[0]

    ring = [[5.0, 52.0], [5.1, 52.0], [float("nan"), 52.1], [5.0, 52.0]]
    assert place({"type": "Point", "coordinates": [5.1, float("nan")]}) == "NaN"
    assert place({"type": "Polygon", "coordinates": [ring]}) == "Polygon"
    assert place({"type": "Polygon", "coordinates": "x"}) == "Polygon"
    assert place({"type": "GeometryCollection", "geometries": []}) == "GeometryCollection"
    assert place({"type": "Point", "coordinates": [[5, 52]]}) == "Point [[5, 52]]"
    assert place({"type": "MultiPoint", "coordinates": [[5.1, 52.1]]}) == 52.1
    assert place("hier") == "geometry"


@pytest.mark.parametrize(
    ("name", "good"), [("urn:ogc:def:crs:OGC:1.3:CRS84", True), ("EPSG:28992", True), ("EPSG:3857", False)]
)
def test_another_coordinate_system_is_told(name: str, good: bool) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    value = {
        "type": "FeatureCollection",
        "crs": crs,
        "features": [{"type": "Feature", "geometry": {"type": "Point", "coordinates": [121000, 487000]}}],
    }
    content = json.dumps(value).encode()
    if good:
        assert sheets.read(content, "x.geojson")[0].lines[1].cells == (487000, 121000)
    else:
        assert key(content) == "crs"


def test_a_child_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_process, "_START", "import time; time.sleep(60)")
    monkeypatch.setattr(sheet_process, "SECONDS", 0.3)
    assert key(XLSX.read_bytes()) == "slow"


@pytest.mark.parametrize(
    ("start", "wanted"),
    [("import os; os.abort()", "far"), ("raise SystemExit(3)", "broken"), ("print('[1')", "broken")],
)
def test_a_child_that_dies_gives_a_sentence(start: str, wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_process, "_START", f"import sys; sys.stdin.buffer.read(); {start}")
    assert key(XLSX.read_bytes()) == wanted


# --- hundreds of mangled files of each kind


def mangled(source: bytes, count: int, seed: int) -> Iterator[bytes]:
    """The file with bytes changed, cut off, repeated, put elsewhere."""
    chance = random.Random(seed)
    for _ in range(count):
        content = bytearray(source)
        for _ in range(chance.choice((1, 1, 3, 20))):
            at, to = sorted(chance.randrange(len(content)) for _ in range(2))
            match chance.randrange(5):
                case 0:
                    content[at] = chance.randrange(256)
                case 1:
                    content[at] ^= 1 << chance.randrange(8)
                case 2:
                    del content[at : min(to, at + 40)]
                case 3:
                    content[at:at] = content[at : min(to, at + 200)]
                case 4 if chance.random() < 0.2:
                    del content[max(at, 8) :]
        yield bytes(content)


def mangled_parts(source: Path, count: int, seed: int) -> Iterator[bytes]:
    """Sound zipped files with mangled, swapped or missing parts: the damage gets as far as the parser."""
    chance = random.Random(seed)
    for n in range(count):
        with zipfile.ZipFile(source) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        wanted = [
            name
            for name in parts
            if "sheet1" in name or name in ("content.xml", "xl/workbook.xml", "xl/sharedStrings.xml")
        ]
        name = chance.choice(wanted if n % 4 else sorted(parts))
        match chance.randrange(6):
            case 0:
                other = chance.choice(sorted(parts))
                parts[name], parts[other] = parts[other], parts[name]
            case 1:
                del parts[name]
            case _:
                parts[name] = next(mangled(parts[name] or b"x", 1, chance.randrange(1 << 30)))
        yield zipped(parts)


def outcome(content: bytes) -> str:
    """Any other exception than InputError fails the test."""
    try:
        found = sheets.read(content, "lijst")
    except InputError as problem:
        return problem.key
    assert all(line.cells for sheet in found for line in sheet.lines)
    return "read"


@pytest.fixture(scope="module")
def children() -> Iterator[object]:
    """In the place of `subprocess`: it forks the processes that read, so that a thousand start in no time."""
    with forked(2) as popen:
        yield SimpleNamespace(Popen=popen, PIPE=subprocess.PIPE, DEVNULL=subprocess.DEVNULL)


@pytest.mark.parametrize(
    "source", [XLSX, ODS, LISTS / "vreemde-vormen.geojson"], ids=lambda path: path.suffix
)
def test_a_forked_child_says_what_one_of_its_own_does(
    source: Path, children: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = [source.read_bytes(), *mangled(source.read_bytes(), 3, 8)]

    def said() -> list[object]:
        found: list[object] = []
        for content in contents:
            try:
                found.append(sheets.read(content, "lijst"))
            except InputError as problem:
                found.append((problem.key, problem.params))
        return found

    own = said()
    monkeypatch.setattr(sheet_process, "subprocess", children)
    assert said() == own


@pytest.mark.parametrize(
    ("files", "least"),
    [
        (lambda: mangled((LISTS / "puntkomma-windows.csv").read_bytes(), 400, 1), 50),
        (lambda: mangled((LISTS / "tab-utf16.csv").read_bytes(), 400, 2), 50),
        (lambda: mangled(XLSX.read_bytes(), 150, 3), 0),
        (lambda: mangled(ODS.read_bytes(), 150, 4), 0),
        (lambda: mangled_parts(XLSX, 200, 5), 20),
        (lambda: mangled_parts(ODS, 200, 6), 5),
        (lambda: mangled((LISTS / "vreemde-vormen.geojson").read_bytes(), 300, 7), 5),
    ],
    ids=["csv", "utf16", "xlsx", "ods", "xlsx-parts", "ods-parts", "geojson"],
)
def test_a_mangled_file_gives_a_result_or_a_sentence(
    files: Callable[[], Iterator[bytes]], least: int, children: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_process, "subprocess", children)
    with ThreadPoolExecutor(2) as workers:
        outcomes = list(workers.map(outcome, files()))
    assert outcomes.count("read") >= least  # the mangling leaves some to be read
    assert len(set(outcomes)) > 1
