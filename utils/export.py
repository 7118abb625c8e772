"""An extract → bytes: CSV, XLSX, GeoJSON or GeoPackage.

Pure. Every format says of which date the figures are, what they come from, and whether areas or groups
are not the real thing: as the columns ``peildatum``, ``bron`` and ``benadering`` of each row, in XLSX
also on a second sheet with the meaning of each column, in GeoJSON also as the member ``metadata``, in
GeoPackage also as metadata of the layer.
"""

import io
import json
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache
from typing import Any, Final, Literal, get_args

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from utils import crime_words
from utils.errors import InputError
from utils.extracts import Extract, Origin
from utils.models import Objects
from utils.texts import Texts

Format = Literal["csv", "xlsx", "geojson", "gpkg"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
MIME: Final[dict[Format, str]] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
}
_ADDED: Final = ("radius", "filter", "peildatum", "bron", "benadering")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "−", "＝", "＋", "－", "＠")
_LONGEST_CELL: Final = 32_767  # Excel's limit
_DECIMALS: Final = 6  # of a degree: about 0.1 m


def write(extract: Extract, wanted: str, meanings: Mapping[str, str], whence: str) -> bytes:
    """The extract in a format: ``csv``, ``xlsx``, ``geojson`` or ``gpkg``.

    Parameters
    ----------
    extract : Extract
        Geometry in EPSG:28992; GeoJSON becomes EPSG:4326 (longitude, latitude), GeoPackage stays.
    meanings : mapping of column → sentence
        Columns without one are left out of the definitions; see `definitions`.
    whence : str
        Where boundaries, inhabitants and groups come from; see `source`.

    Returns
    -------
    bytes: UTF-8 without byte order mark for the text formats. An empty table gives an empty file with
    its columns (CSV, XLSX, GeoPackage) or no features (GeoJSON). Missing is empty or null, never zero.

    Raises
    ------
    InputError
        For another format.
    """
    if wanted not in FORMATS:
        raise InputError("error.format", came=wanted, known=", ".join(FORMATS))
    table = extract.table.copy()
    if extract.origin.radius is not None:
        table["radius"] = round(extract.origin.radius)
    if extract.chosen:
        table["filter"] = choices(extract.chosen)
    table["peildatum"] = extract.origin.peildatum.isoformat()
    table["bron"] = whence
    table["benadering"] = extract.origin.marks
    facts = _facts(extract, {name: text for name, text in meanings.items() if name in table}, whence)
    if wanted == "csv":
        return _csv(table)
    if wanted == "xlsx":
        return _xlsx(table, facts)
    if wanted == "geojson":
        return _geojson(table, extract.geometry, facts)
    return _gpkg(table, extract, facts)


def filename(extract: Extract, wanted: str) -> str:
    """A name for the file: what, where, of which date, and whether it holds example data.

    Such as ``gaps-GM0995-2019-12-31-example.csv``.
    """
    mark = "-example" if extract.origin.groups == "example" else ""
    return f"{extract.name}-{extract.origin.peildatum.isoformat()}{mark}.{wanted}"


def source(origin: Origin, texts: Texts) -> str:
    """Where boundaries, inhabitants and groups come from, in a sentence."""
    register = "table.register_example" if origin.groups == "example" else "table.register_own"
    said = texts.t(
        f"export.source_{origin.neighbourhoods}",
        year=str(origin.year),
        date=origin.boundaries,
        register=texts.t(register),
        groups_date=origin.peildatum,
    )
    if origin.crime_year is None:
        return said
    return f"{said} {crime_words.source(texts, origin.crime_year, origin.crime_provisional)}"


def definitions(extract: Extract, texts: Texts, per_group: float) -> dict[str, str]:
    """What each column means: a sentence for every column that `write` writes."""
    about = extract.origin
    values = {
        "date": about.boundaries,
        "radius": texts.distance(about.radius),
        "per_group": per_group,
        "since": about.confirmed_since,
    }
    if about.crime_year is not None:
        values |= crime_words.column_facts(texts, about.crime_year, about.crime_provisional)
    table = "export.group" if about.radius is None else "column.help"
    left_out = {"radius"} if about.radius is None else set()
    left_out |= set() if extract.chosen else {"filter"}
    meanings = {name: texts.t(f"{table}.{name}", **values) for name in extract.table.columns}
    if "lost" in meanings:  # the list of outdated gaps: all but a few figures are without outdated groups
        for name in meanings.keys() & {"reach", "unreached", "distance", "status", "groups", "active"}:
            meanings[name] = f"{meanings[name]} {texts.t('export.recent')}"
    return meanings | {name: texts.t(f"export.column.{name}") for name in _ADDED if name not in left_out}


def choices(chosen: Mapping[str, str]) -> str:
    """What a list was chosen by, in a line.

    >>> choices({"inwoners": "100", "status": "wit"})
    'inwoners=100; status=wit'
    """
    return "; ".join(f"{name}={value}" for name, value in chosen.items())


def _facts(extract: Extract, meanings: Mapping[str, str], whence: str) -> dict[str, Any]:
    said = extract.origin
    return {
        "peildatum": said.peildatum.isoformat(),
        "boundaries": said.boundaries.isoformat(),
        "neighbourhoods": said.neighbourhoods,
        "groups": said.groups,
        "radius": said.radius,
        **({"filter": dict(extract.chosen)} if extract.chosen else {}),
        "source": whence,
        "definitions": dict(meanings),
    }


def harmless(value: object) -> object:
    """Text that a spreadsheet would run as a formula, with an apostrophe before it; else unchanged."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def bare(text: str) -> str:
    """What `harmless` was given: without the apostrophe that it put before it; else unchanged."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _csv(table: pd.DataFrame) -> bytes:
    safe = {name: column.map(harmless) if column.dtype == object or pd.api.types.is_string_dtype(column)
                else column for name, column in table.items()}  # fmt: skip
    return pd.DataFrame(safe).to_csv(index=False, lineterminator="\r\n").encode("utf-8")


def _xlsx(table: pd.DataFrame, facts: Mapping[str, Any]) -> bytes:
    import xlsxwriter  # here: most visitors download nothing

    buffer = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **plain}) as book:
        # A fixed date, so that the same figures give the same file.
        book.set_properties({"created": datetime.combine(date.fromisoformat(facts["peildatum"]), time())})
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("data")
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
        for place, name in enumerate(table.columns):
            values = [_cell(value) for value in table[name]]
            width = max([len(str(value)) for value in values[:500]] + [len(name)])
            sheet.set_column(place, place, min(width, 40) + 2)
            sheet.write_string(0, place, name, bold)
            for row, value in enumerate(values, start=1):
                if isinstance(value, date):
                    sheet.write_datetime(row, place, datetime.combine(value, time()), day)
                elif isinstance(value, str):
                    sheet.write_string(row, place, value)
                elif value is not None:
                    sheet.write_number(row, place, value)
        notes = book.add_worksheet("definitions")
        notes.set_column(0, 0, 18)
        notes.set_column(1, 1, 120)
        about = {name: value for name, value in facts.items() if name != "definitions" and value is not None}
        if "filter" in about:
            about["filter"] = choices(about["filter"])
        for row, (name, text) in enumerate([*about.items(), *facts["definitions"].items()]):
            notes.write_string(row, 0, name, bold)
            notes.write_string(row, 1, str(harmless(str(text))))
    return buffer.getvalue()


def _cell(value: Any) -> str | float | date | None:
    if value is None or value is pd.NA or value is pd.NaT or value != value:  # nan
        return None
    if isinstance(value, str):
        return str(harmless(value))[:_LONGEST_CELL]
    return value if isinstance(value, date) else float(value)


def _plain(value: Any) -> str | float | int | None:
    """A value that JSON has: a date as text, nan as None."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:  # nan
        return None
    if isinstance(value, date):
        return value.isoformat()
    plain: str | float | int = value.item() if isinstance(value, np.generic) else value
    return plain


def _geojson(table: pd.DataFrame, geometry: Objects, facts: Mapping[str, Any]) -> bytes:
    """RFC 7946: longitude before latitude, outer rings anticlockwise."""
    shapes = shapely.to_geojson(shapely.orient_polygons(to_degrees(geometry)))
    columns = [[_plain(value) for value in table[name]] for name in table.columns]
    rows = [dict(zip(table.columns, row, strict=True)) for row in zip(*columns, strict=True)]
    features = ",\n".join(
        f'{{"type":"Feature","properties":{_json(row)},"geometry":{shape}}}'
        for row, shape in zip(rows, shapes, strict=True)
    )
    return f'{{"type":"FeatureCollection","metadata":{_json(facts)},"features":[{features}]}}\n'.encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


@cache
def _degrees() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(28992, 4326, always_xy=True)


def to_degrees(geometry: Objects) -> Objects:
    """Geometry in EPSG:28992 → EPSG:4326, longitude then latitude, six decimals (about 0.1 m)."""

    def convert(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.round(np.column_stack(_degrees().transform(xy[:, 0], xy[:, 1])), _DECIMALS)

    degrees: Objects = shapely.transform(geometry, convert)
    return degrees


def _gpkg(table: pd.DataFrame, extract: Extract, facts: Mapping[str, Any]) -> bytes:
    import geopandas  # slow to import, and needed for this format alone
    import pyogrio

    plain = {
        name: [_plain(value) for value in column] if column.dtype == object else column
        for name, column in table.items()
    }
    frame = geopandas.GeoDataFrame(plain, geometry=list(extract.geometry), crs=28992)
    kinds = set(shapely.get_dimensions(extract.geometry[~shapely.is_empty(extract.geometry)]))
    shape = "Unknown" if len(kinds) > 1 else "MultiPolygon" if 2 in kinds else "Point"
    buffer = io.BytesIO()
    pyogrio.write_dataframe(
        frame,
        buffer,
        driver="GPKG",
        layer=extract.name,
        geometry_type=shape,
        promote_to_multi=shape == "MultiPolygon",
        layer_metadata={
            name: str(value) if not isinstance(value, dict) else _json(value) for name, value in facts.items()
        },
    )
    return buffer.getvalue()
