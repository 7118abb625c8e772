"""Writes the lists of this folder: ``python tests/lists/make.py``. The same bytes every time."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

HERE = Path(__file__).resolve().parent
MOMENT = datetime(2024, 3, 1, tzinfo=UTC)

HEAD = ["Groepsnr", "Naam groep", "Breedtegraad", "Lengtegraad", "Deelnemers", "Status", "Sinds"]
#: id, name, lat, lon, participants, status, since; places that exist, groups that do not.
ROWS: list[tuple[str, str, float, float, int | None, str, str]] = [
    ("007", "Buurtpreventie Appelhof", 52.37138, 5.22188, 84, "actief", "1-3-2019"),
    ("012", "WhatsApp Café Ségur", 52.09074, 5.12142, 41, "actief", "15 mei 2020"),
    ("019", "Wijkwacht ’t Veen", 53.21938, 6.56650, None, "inactief", "2018"),
    ("020", "De Wakkere Straat; blok B", 51.92442, 4.47773, 132, "ACTIEF", "03-12-21"),
    ("021", "Oog & Oor \"Zuid\"", 51.44164, 5.46972, 18, "in oprichting", "2022-06-30"),
    ("022", "Buurtapp Hoek van Assum", 52.48580, 4.65750, 27, "onbekend", ""),
]  # fmt: skip


def dutch(number: float) -> str:
    return str(number).replace(".", ",")


def plain_rows(decimal: str = ",") -> list[list[str]]:
    """The rows as texts."""
    return [
        [one, name, *(str(at).replace(".", decimal) for at in (lat, lon)), str(n or ""), status, since]
        for one, name, lat, lon, n, status, since in ROWS
    ]


def text(rows: list[list[str]], delimiter: str, end: str = "\r\n") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


def save(name: str, content: str, encoding: str = "utf-8") -> None:
    (HERE / name).write_bytes(content.encode(encoding))


def csv_lists() -> None:
    rows = plain_rows()
    save("puntkomma-windows.csv", text([HEAD, *rows], ";"), "cp1252")
    save("komma-utf8.csv", text([HEAD, *plain_rows(".")], ",", "\n"))
    save("tab-utf16.csv", text([HEAD, *rows], "\t"), "utf-16")
    save("streep-bom.csv", text([HEAD, *rows], "|"), "utf-8-sig")
    save("sep-regel.csv", "sep=;\r\n" + text([HEAD, *rows], ";"), "cp1252")
    title = [
        ["Groepenlijst regio Midden, stand 1 maart 2024"],
        [""],
        ["Opgesteld door:", "Stichting", "concept"],
    ]
    ragged = [row[: 7 - i % 3] for i, row in enumerate(rows)]
    note = [["Totaal", "", "", "", "302"], ["Vragen? Mail lijst@example.org"]]
    save(
        "titels-en-gaten.csv",
        text([*title, [], [*HEAD, "", ""], *ragged[:2], ["", "", ""], [], *ragged[2:], *note], ";"),
    )
    broken = [
        ["Naam", "Omschrijving", "Adresvrije plek", "Naam", ""],
        ["Groep Regelval", "Van de brug\ntot aan de kerk;\nniet de kade", "52,1601; 4,4970", "Regelval", "x"],
        ['=HYPERLINK("http://example.org")', "+31 is geen formule", "52.3676 4.9041", "-", ""],
        ["@thuis", "\tingesprongen", "121000, 487000", "", ""],
    ]
    save("regels-in-cellen.csv", text(broken, ";"))
    places = [
        [
            "ID",
            "Name",
            "Postcode",
            "Place",
            "Municipality",
            "Participants",
            "Active",
            "Last confirmed",
            "Contact",
            "E-mail",
            "Phone",
            "Consent",
        ],
        [
            "A-1",
            "Watch Eastgate",
            "1315 XX",
            "Almere",
            "Almere",
            "40",
            "yes",
            "2024-01-31",
            "Fenna Verzonnen",
            "fenna@example.org",
            "06-00000000",
            "yes",
        ],
        [
            "A-2",
            "Watch Boxmeer",
            "",
            "Boxmeer",
            "Boxmeer",
            "abc",
            "no",
            "31-02-2024",
            "Bram Bedacht",
            "bram@example.org",
            "0600000000",
            "12-01-2024",
        ],
        [
            "A-2",
            "Watch Westgate",
            "1011",
            "Amsterdam",
            "",
            "-3",
            "misschien",
            "12/13/2023",
            "Noor Niemand",
            "noor(at)example.org",
            "",
            "no",
        ],
        ["A-4", "Watch Nowhere", "", "", "Nergenshuizen", "1.250", "yes", "45292", "", "", "", ""],
    ]
    save("english-places.csv", text(places, ","))
    where = [
        ["naam", "x", "y", "opmerking"],
        ["Rijksdriehoek", "143300", "486700", "goed"],
        ["Omgewisseld", "486700", "143300", "x en y door elkaar"],
        ["Graden in x en y", "5,22188", "52,37138", "graden"],
        ["Nul", "0", "0", "nul komma nul"],
        ["Gent", "51,0543", "3,7174", "België"],
        ["Kleef", "51,7880", "6,1386", "Duitsland"],
        ["Zee", "53,0000", "3,2000", "Noordzee"],
        ["Komma vergeten", "5237138", "522188", ""],
        ["Appelhof", "52,37138", "5,22188", ""],
        ["appelhof ", "52,37200", "5,22188", "zelfde naam, 70 meter verder"],
    ]
    save("rare-plekken.csv", text(where, ";"))
    mixed = text([HEAD, *rows], ";").encode()
    (HERE / "gemengde-tekens.csv").write_bytes(
        mixed + "030;Café Kapot;52,1;5,1;3;actief;\r\n".encode("cp1252")
    )


def xlsx_lists() -> None:
    for name, fill in (
        ("titel-en-samengevoegd.xlsx", merged),
        ("soorten-waarden.xlsx", kinds),
        ("twee-bladen.xlsx", two),
    ):
        book = xlsxwriter.Workbook(str(HERE / name))
        book.set_properties({"created": MOMENT.replace(tzinfo=None)})
        fill(book)
        book.close()


def merged(book: Any) -> None:
    """A title over all columns, two rows of headings, a municipality that spans its groups."""
    sheet = book.add_worksheet("Groepen")
    day = book.add_format({"num_format": "d-m-yyyy"})
    sheet.merge_range("A1:G1", "Overzicht buurtgroepen (verzonnen)", None)
    for column, head in ((0, "Gemeente"), (1, "Naam"), (4, "Deelnemers"), (5, "Status"), (6, "Sinds")):
        sheet.merge_range(2, column, 3, column, head)
    sheet.merge_range("C3:D3", "Plek", None)
    sheet.write_row("C4", ["lat", "lon"])
    for i, (_, name, lat, lon, people, status, _) in enumerate(ROWS):
        sheet.write_row(4 + i, 1, [name, lat, lon])
        if people is not None:
            sheet.write_number(4 + i, 4, people)
        sheet.write_string(4 + i, 5, status)
        sheet.write_datetime(4 + i, 6, datetime(2019 + i, 3, 1, tzinfo=UTC).replace(tzinfo=None), day)
    sheet.merge_range("A5:A7", "Almere", None)
    sheet.merge_range("A8:A10", "Utrecht", None)
    sheet.merge_range("B12:B13", "Groep in een dubbele rij", None)
    sheet.merge_range("A12:A13", "Zeist", None)


def kinds(book: Any) -> None:
    """A column for each kind of value that a cell can hold."""
    sheet = book.add_worksheet("Blad1")
    forms = {
        key: book.add_format({"num_format": key})
        for key in ("d-m-yyyy", "d-m-yyyy h:mm", "00000", "0%", "h:mm")
    }
    sheet.write_row(
        0,
        0,
        ["id", "naam", "getal", "datum", "moment", "postcode", "aandeel", "tijd", "waar", "fout", "formule"],
    )
    for row in (1, 2):
        sheet.write_string(row, 0, f"00{row}")
        sheet.write_string(row, 1, f"=geen formule {row}")
        sheet.write_number(row, 2, 12.0 if row == 1 else 12.75)
        sheet.write_datetime(row, 3, date(2024, 2, 29), forms["d-m-yyyy"])
        sheet.write_datetime(row, 4, datetime(2024, 2, 29, 13, 30), forms["d-m-yyyy h:mm"])  # noqa: DTZ001
        sheet.write_number(row, 5, 1315, forms["00000"])
        sheet.write_number(row, 6, 0.125, forms["0%"])
        sheet.write_number(row, 7, 0.5, forms["h:mm"])
        sheet.write_boolean(row, 8, row == 1)
        sheet.write_formula(row, 9, "=NA()", None, "#N/A")
        sheet.write_formula(row, 10, "=C2*2", None, 24)


def two(book: Any) -> None:
    """Words first, the list on the second sheet, choices on a hidden one."""
    words = book.add_worksheet("Uitleg")
    words.write("A1", "Vul op het tweede blad uw groepen in.")
    hidden = book.add_worksheet("Keuzes")
    hidden.write_column(0, 0, ["Status", "actief", "inactief"])
    hidden.hide()
    sheet = book.add_worksheet("Lijst 2024")
    sheet.write_row(0, 0, HEAD)
    for i, row in enumerate(plain_rows()):
        sheet.write_row(1 + i, 0, row)


NAMES = " ".join(
    [f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{key}:1.0"' for key in ("office", "table", "text")]
    + ['xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"']
)


def ods(name: str, body: str) -> None:
    """A file as LibreOffice writes it, with what it writes that matters."""
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
        f'manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMES} office:version="1.3">'
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(HERE / name, "w") as out:
        for part, value in (
            ("mimetype", kind),
            ("META-INF/manifest.xml", manifest),
            ("content.xml", content),
        ):
            info = zipfile.ZipInfo(part, (2024, 3, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if part == "mimetype" else zipfile.ZIP_DEFLATED
            out.writestr(info, value)


def cell(shown: str, **attributes: str) -> str:
    written = "".join(
        f' {key.replace("__", ":").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items()
    )
    return f"<table:table-cell{written}><text:p>{escape(shown)}</text:p></table:table-cell>"


def ods_lists() -> None:
    def word(shown: str, **more: str) -> str:
        return cell(shown, office__value_type="string", **more)

    rows = []
    for i, (one, name, lat, lon, people, status, _) in enumerate(ROWS):
        region = (
            word("Flevoland", table__number_rows_spanned="6") if i == 0 else "<table:covered-table-cell/>"
        )
        numbers = [cell(dutch(at), office__value_type="float", office__value=str(at)) for at in (lat, lon)]
        count = (
            "<table:table-cell/>"
            if people is None
            else cell(str(people), office__value_type="float", office__value=str(people))
        )
        day = cell("1-3-2019", office__value_type="date", office__date_value=f"20{19 + i}-03-01")
        rows.append(
            f"<table:table-row>{region}{word(one)}{word(name)}{''.join(numbers)}{count}{word(status)}{day}</table:table-row>"
        )
    wrong = {
        "table__formula": "of:=NA()",
        "office__value_type": "string",
        "office__string_value": "",
        "calcext__value_type": "error",
    }
    rows.append(f"<table:table-row>{word('Drenthe')}{word('030')}{cell('#N/B', **wrong)}</table:table-row>")
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    head = (
        "".join(map(word, ["Provincie", *HEAD])) + '<table:table-cell table:number-columns-repeated="16376"/>'
    )
    title = word("Buurtgroepen (verzonnen)", table__number_columns_spanned="8")
    nothing = f'<table:table-row table:number-rows-repeated="%d">{empty}</table:table-row>'
    lines = [
        f"<table:table-row>{title}</table:table-row>",
        nothing % 2,
        f"<table:table-row>{head}</table:table-row>",
    ]
    ods(
        "libreoffice.ods",
        f'<table:table table:name="Lijst">{"".join([*lines, *rows, nothing % 1048565])}</table:table>'
        f'<table:table table:name="Blad2">{nothing % 1}</table:table>',
    )


def geojson_lists() -> None:
    def feature(kind: str, at: Any, /, **properties: Any) -> dict[str, Any]:
        return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": at}}

    ring = [[5.20, 52.36], [5.23, 52.36], [5.23, 52.38], [5.20, 52.38], [5.20, 52.36]]
    points = [
        feature("Point", [lon, lat], id=one, naam=name, deelnemers=people, status=status)
        for one, name, lat, lon, people, status, _ in ROWS
    ]
    odd = [
        feature("Point", [5.2, 52.3, 12.5], naam="Met hoogte"),
        feature("Point", [52.3, 5.2], naam="Omgewisseld"),
        feature("LineString", [[5.2, 52.3], [5.3, 52.3]], naam="Een lijn"),
        feature("MultiPoint", [[5.2, 52.3], [5.3, 52.3]], naam="Twee punten"),
        feature("Point", [999, 52.3], naam="Buiten de wereld"),
        {"type": "Feature", "properties": {"naam": "Zonder plek"}, "geometry": None},
        {"type": "Feature", "properties": None, "geometry": {"type": "Point", "coordinates": [5.1, 52.1]}},
        feature(
            "Polygon", [[[5.2, 52.3], [5.21, 52.31], [5.21, 52.3], [5.2, 52.31], [5.2, 52.3]]], naam="Strik"
        ),
    ]
    for name, features in (
        ("punten.geojson", points),
        (
            "gebieden.geojson",
            [
                feature("Polygon", [ring], id="101", naam="Gebied Appelhof"),
                feature("MultiPolygon", [[ring]], id="102", naam="Twee delen"),
            ],
        ),
        ("vreemde-vormen.geojson", odd),
    ):
        value = {"type": "FeatureCollection", "features": features}
        save(name, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def main() -> None:
    csv_lists()
    xlsx_lists()
    ods_lists()
    geojson_lists()


if __name__ == "__main__":
    main()
