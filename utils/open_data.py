"""The register as open data: a Frictionless Data Package without personal data, with blurred places."""

import io
import json
import zipfile
from typing import Any, Final

from utils import export
from utils.extracts import BLUR, Extract
from utils.texts import LANGS, Lang, Texts

#: What a data package calls the columns; see https://datapackage.org/standard/table-schema/.
_TYPES: Final = {"x": "integer", "y": "integer", "participants": "integer"} | dict.fromkeys(
    ("since", "until", "confirmed", "peildatum"), "date"
)
_STAMP: Final = (1980, 1, 1, 0, 0, 0)  # the same register gives the same bytes


def package(extract: Extract, per_group: float) -> bytes:
    """A ZIP: ``groups.csv``, ``groups.geojson``, ``datapackage.json`` (the data dictionary), two readmes.

    ``extract`` is that of `utils.extracts.groups`: places rounded to 100 m, no contacts, notes or join links.
    Columns are described in Dutch and English; the reference date and the source stand in every file.
    """
    texts: dict[Lang, Texts] = {lang: Texts(lang) for lang in LANGS}
    meanings = {lang: export.definitions(extract, texts[lang], per_group) for lang in LANGS}
    sources = {lang: export.source(extract.origin, texts[lang]) for lang in LANGS}
    files = {
        "groups.csv": export.write(extract, "csv", meanings["nl"], sources["nl"]),
        "groups.geojson": export.write(extract, "geojson", meanings["nl"], sources["nl"]),
        "datapackage.json": _json(_dictionary(extract, texts, meanings, sources)),
        "LEESMIJ.txt": _readme(extract, texts["nl"], meanings["nl"], sources["nl"]),
        "README.txt": _readme(extract, texts["en"], meanings["en"], sources["en"]),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in files.items():
            box.writestr(zipfile.ZipInfo(name, _STAMP), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


def _dictionary(
    extract: Extract,
    texts: dict[Lang, Texts],
    meanings: dict[Lang, dict[str, str]],
    sources: dict[Lang, str],
) -> dict[str, Any]:
    fields = [
        {
            "name": name,
            "type": _TYPES.get(name, "string"),
            "description": meanings["en"][name],
            "description_nl": meanings["nl"][name],
        }
        for name in meanings["nl"]
    ]
    about = extract.origin
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "buurtdekking-groups",
        "title": texts["en"].t("open_data.title"),
        "title_nl": texts["nl"].t("open_data.title"),
        "description": _about(extract, texts["en"], sources["en"]),
        "description_nl": _about(extract, texts["nl"], sources["nl"]),
        "created": f"{about.peildatum.isoformat()}T00:00:00Z",
        "resources": [
            {
                "name": "groups",
                "path": "groups.csv",
                "type": "table",
                "format": "csv",
                "mediatype": export.MIME["csv"],
                "encoding": "utf-8",
                "schema": {"fields": fields, "primaryKey": ["id"], "missingValues": [""]},
            },
            {
                "name": "groups-map",
                "path": "groups.geojson",
                "format": "geojson",
                "mediatype": export.MIME["geojson"],
                "encoding": "utf-8",
            },
        ],
    }


def _about(extract: Extract, texts: Texts, source: str) -> str:
    said = [texts.t("open_data.about", date=extract.origin.peildatum, n=len(extract.table), metres=BLUR)]
    if extract.origin.groups == "example":
        said.append(texts.t("open_data.example"))
    return " ".join([*said, source])


def _readme(extract: Extract, texts: Texts, meanings: dict[str, str], source: str) -> bytes:
    width = max(map(len, meanings))
    lines = [texts.t("open_data.title"), "", _about(extract, texts, source), ""]
    lines += [f"{name:<{width}}  {text}" for name, text in meanings.items()]
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")
