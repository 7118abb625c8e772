"""The check of a list, row by row: what is read, what is told, what is proposed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest
import shapely

from tests import country
from tests.country import SOUTH, WEST, grid
from utils import coordinates, group_import
from utils.gazetteer import Place, Places
from utils.group_import import Context, Options
from utils.import_model import Cell, Checked, Draft, Field, Line, Problem, Repair, Table
from utils.locate import normalise
from utils.mergers import Changes, Municipalities
from utils.texts import LANGS, Texts

TODAY = date(2024, 6, 1)
CHANGES = Changes(
    {"GM0101": ("GM0001",), "GM0103": ("GM0002", "GM0003")}, {"Oudstad": ("GM0101",), "Deelstad": ("GM0103",)}
)
PLACES = Places(
    [
        Place("Eenplaats", "GM0001", WEST + 500, SOUTH + 1_500),
        Place("Dubbeldorp", "GM0000", WEST + 500, SOUTH + 500),
        Place("Dubbeldorp", "GM0003", WEST + 500, SOUTH + 3_500),
        Place("Tweelingen", "GM0002", WEST + 500, SOUTH + 2_500),
        Place("Tweelingen", "GM0002", WEST + 3_500, SOUTH + 2_500),
    ]
)
POSTCODES = {
    "1234AB": (WEST + 100, SOUTH + 100),
    "1234": (WEST + 200, SOUTH + 200),
    "5678": (WEST + 9e9, SOUTH),
}
X, Y = WEST + 1_500, SOUTH + 1_500  # in Gemeente 1
LAT, LON = coordinates.written(X, Y, "degrees")

NO_OPTIONS = Options()


def look_up(codes: Collection[str]) -> dict[str, tuple[float, float]]:
    return {code: POSTCODES[code] for code in codes if code in POSTCODES}


def context(**changes: object) -> Context:
    atlas = grid(kind="official")
    whole = Context(
        atlas, Municipalities(atlas, CHANGES, normalise), PLACES, look_up, country.groups(), TODAY
    )
    return replace(whole, **changes)


CONTEXT = context()


def table(
    fields: Sequence[str], rows: Sequence[Sequence[Cell]], shapes: Mapping[int, bytes] | None = None
) -> Table:
    lines = tuple(Line(i, tuple(row), (shapes or {}).get(i)) for i, row in enumerate(rows, start=2))
    return Table("Blad1", 1, tuple(f"Kolom {field}" for field in fields), lines)


def check(
    fields: Sequence[Field],
    *rows: Sequence[Cell],
    repairs: Mapping[int, Repair] | None = None,
    options: Options = NO_OPTIONS,
    given: Context = CONTEXT,
    shapes: Mapping[int, bytes] | None = None,
) -> Checked:
    checked = group_import.check(
        table(fields, rows, shapes), dict(enumerate(fields)), given, repairs, options
    )
    sound(checked)
    return checked


def sound(checked: Checked) -> None:
    """What holds of every check."""
    assert checked.rows == len(checked.drafts) + checked.left_out
    wrong = {problem.row for problem in checked.problems if problem.severity == "error"}
    assert not wrong & {draft.row for draft in checked.drafts}
    for lang in LANGS:
        texts = Texts(lang)
        for notice in [*checked.read_as, *(problem.expected for problem in checked.problems)]:
            assert texts.t(notice.key, **notice.params)


def keys(checked: Checked) -> list[tuple[int, str, str]]:
    return [
        (problem.row, problem.expected.key.rpartition(".")[2], problem.severity[0])
        for problem in checked.problems
    ]


def told(checked: Checked) -> dict[str, int]:
    return {notice.key.rpartition(".")[2]: notice.params["n"] for notice in checked.read_as}


def only(checked: Checked) -> Draft:
    assert [problem for problem in checked.problems if problem.severity == "error"] == []
    assert len(checked.drafts) == 1
    return checked.drafts[0]


def one(checked: Checked, key: str) -> Problem:
    found = [problem for problem in checked.problems if problem.expected.key == f"import.expected.{key}"]
    assert len(found) == 1, keys(checked)
    return found[0]


def mend(fields: Sequence[Field], *rows: Sequence[Cell], **more: object) -> Checked:
    """The check after all remedies of the first."""
    first = check(fields, *rows, **more)
    return check(fields, *rows, repairs=group_import.proposed(first.problems), **more)


PLACED: tuple[Field, ...] = ("name", "lat", "lon")
HERE = ("Groep", LAT, LON)


def with_cell(field: Field, cell: Cell) -> Checked:
    return check((*PLACED, field), (*HERE, cell))


def test_a_plain_row() -> None:
    fields = (*PLACED, "id", "participants", "since", "status", "platform", "join_link", "municipality")
    row = (
        *HERE,
        12.0,
        "70",
        "13-4-2018",
        "active",
        "WhatsApp",
        "https://chat.whatsapp.com/AbC",
        "Gemeente 1",
    )
    checked = check(fields, row)
    draft = only(checked)
    assert (draft.row, draft.id, draft.contact) == (2, "12", None)
    assert draft.values == {
        "name": "Groep",
        "x": pytest.approx(X, abs=0.2),
        "y": pytest.approx(Y, abs=0.2),
        "precision": "point",
        "participants": 70,
        "since": date(2018, 4, 13),
        "status": "active",
        "platform": "WhatsApp",
        "join_link": "https://chat.whatsapp.com/AbC",
        "municipality": "GM0001",
    }
    assert checked.problems == checked.read_as == ()


def test_only_fields_with_a_column_are_in_a_draft() -> None:
    assert only(check(PLACED, HERE)).values.keys() == {"name", "x", "y", "precision"}


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("id", "007", "007"),
        ("id", 12, "12"),
        ("id", 12.5, "12.5"),
        ("id", " a\u00a0b ", "a b"),
        ("id", "12.0", "12.0"),
        ("participants", 70, 70),
        ("participants", 70.0, 70),
        ("participants", "1.200", 1200),
        ("participants", "1 200", 1200),
        ("participants", "1,200", 1200),
        ("participants", "70,0", 70),
        ("participants", "70 leden", 70),
        ("participants", "", None),
        ("participants", "onbekend", None),
        ("participants", "-", None),
        ("participants", "N.v.t.", None),
        ("status", "Actief", "active"),
        ("status", "SLAPEND", "inactive"),
        ("status", "opgeheven", "inactive"),
        ("status", "in oprichting", "pending"),
        ("status", "Aangemeld", "pending"),
        ("status", "onbekend", "unverified"),
        ("status", "niet  actief", "inactive"),
        ("status", "beëindigd", "inactive"),
        ("platform", "whatsapp", "WhatsApp"),
        ("status", True, "active"),
        ("status", "nee", "inactive"),
        ("participants", "#N/B", None),
        ("source", "#VERW!", ""),
        ("platform", "WA", "WhatsApp"),
        ("platform", "Whats-App", "WhatsApp"),
        ("platform", "signal", "Signal"),
        ("platform", "anders", "Other"),
        ("platform", "geen", ""),
        ("join_link", "via de stichting", ""),
        ("join_link", "https://t.me/abc", "https://t.me/abc"),
        ("join_link", "", ""),
        ("notes", "=1+1", "=1+1"),
        ("description", "<b>Oost</b> & West", "<b>Oost</b> & West"),
        ("description", "Regel 1\r\nRegel 2", "Regel 1\nRegel 2"),
        ("source", "n.v.t.", ""),
        ("since", 43193, date(2018, 4, 3)),
        ("since", "3 apr. '18", date(2018, 4, 3)),
        ("until", "", None),
        ("confirmed", date(2024, 5, 1), date(2024, 5, 1)),
        ("reason", True, "TRUE"),
    ],
)
def test_a_cell_has_its_value(field: Field, cell: Cell, value: object) -> None:
    draft = only(with_cell(field, cell))
    assert (draft.id if field == "id" else draft.values[field]) == value


@pytest.mark.parametrize(
    ("field", "cell", "key", "proposal"),
    [
        ("participants", "60-70", "count_range", "65"),
        ("participants", "60 à 70", "count_range", "65"),
        ("participants", "veel", "count", None),
        ("participants", 0, "count", ""),
        ("participants", -5, "count", None),
        ("participants", "70,5", "count", "70"),
        ("participants", 200_000, "count", None),
        ("participants", "9" * 50, "count", None),
        ("status", "gek", "status", None),
        ("status", "aktief", "status", "active"),
        ("platform", "Whatsap", "platform", "WhatsApp"),
        ("platform", "Discord", "platform", "Other"),
        ("join_link", "chat.whatsapp.com/AbC", "link", "https://chat.whatsapp.com/AbC"),
        ("join_link", "http://wabp.nl/x", "link", "https://wabp.nl/x"),
        ("join_link", "javascript:alert(1)", "link", None),
        ("join_link", "https://jan@wabp.nl", "link", None),
        ("join_link", "bel Jan", "link", None),
        ("since", "31-2-2019", "day_impossible", None),
        ("since", "april 2018", "day_month_only", "2018-04-01"),
        ("since", "2018", "day_year_only", "2018-01-01"),
        ("since", "ooit", "day_date", None),
        ("since", "1-1-2025", "day_future", None),
        ("since", "1-1-1999", "day_early", None),
        ("name", "Oost\x07", "hidden", "Oost"),
        ("name", "Oost\nWest", "hidden", "Oost West"),
        ("id", "a\u200bb", "hidden", "ab"),
        ("description", "Oost\x00West", "hidden", "OostWest"),
        ("name", "x" * 201, "long", None),
        ("name", "\ud800x", "hidden", "x"),
        ("municipality", "Gemeente 1x", "municipality_unknown", "Gemeente 1"),
        ("municipality", "Atlantis", "municipality_unknown", "Gemeente 1"),
        ("postcode", "12345", "postcode", None),
        ("postcode", "1234 AB Amsterdam", "postcode", "1234AB"),
    ],
)
def test_a_wrong_cell_is_an_error_with_its_remedy(
    field: Field, cell: Cell, key: str, proposal: str | None
) -> None:
    fields, row = (*PLACED, field), (*HERE, cell)
    if field == "name":
        fields, row = ("lat", "lon", "name"), (LAT, LON, cell)
    checked = check(fields, row)
    problem = one(checked, key)
    assert (problem.row, problem.column, problem.severity) == (2, f"Kolom {field}", "error")
    assert checked.drafts == ()
    if proposal is None:
        assert problem.repair is None
    else:
        assert problem.repair == Repair(((field, proposal),))
        assert len(mend(fields, row).drafts) == 1


@pytest.mark.parametrize("cell", ["±70", "ca. 70", "ongeveer 70", "70+", "> 70", "~70", "circa 70 leden"])
def test_about_so_many_is_told(cell: str) -> None:
    checked = with_cell("participants", cell)
    assert only(checked).values["participants"] == 70
    assert one(checked, "count_about").severity == "warning"


def test_words_are_told_once_a_column() -> None:
    checked = check(
        (*PLACED, "status"), *[(f"G{i}", LAT, LON, "slapend" if i % 2 else "") for i in range(10)]
    )
    assert told(checked) == {"word_status_inactive": 5, "status_empty": 5}
    assert ["status" in draft.values for draft in checked.drafts] == [False, True] * 5


def test_days_that_contradict() -> None:
    checked = check((*PLACED, "since", "until"), (*HERE, "3-4-2018", "2-4-2018"))
    assert keys(checked) == [(2, "until_before_since", "e")]
    old = check(
        (*PLACED, "since", "platform"), (*HERE, "13-4-2013", ""), ("B", LAT, LON, "13-4-2013", "Signal")
    )
    assert keys(old) == [(2, "day_old", "w")]


def test_a_day_in_the_other_order() -> None:
    rows = [(*HERE, "13-4-2018"), ("B", LAT, LON, "4-13-2018")]
    problem = one(check((*PLACED, "since"), *rows), "day_other_order")
    assert (problem.row, problem.repair) == (3, Repair((("since", "2018-04-13"),)))


def test_the_order_of_days_is_told() -> None:
    checked = check((*PLACED, "since"), (*HERE, "4/3/2018"), ("B", LAT, LON, "12/31/2018"))
    assert [draft.values["since"] for draft in checked.drafts] == [date(2018, 4, 3), date(2018, 12, 31)]
    assert told(checked) == {"months_first": 1}


# Coordinates.

AT: tuple[Field, ...] = ("name", "coordinates")
Y_TEXT, X_TEXT = coordinates.written(X, Y, "rd")


@pytest.mark.parametrize(
    ("fields", "cells", "how"),
    [
        (("lat", "lon"), (LAT, LON), {}),
        (("lat", "lon"), (float(LAT), float(LON)), {}),
        (("lat", "lon"), (LAT.replace(".", ","), LON.replace(".", ",")), {"comma": 1}),
        (("lat", "lon"), (LON, LAT), {"degrees_swapped": 1}),
        (("lat", "lon"), (Y_TEXT, X_TEXT), {"rd": 1}),
        (("lat", "lon"), (X_TEXT, Y_TEXT), {"rd_swapped": 1}),
        (("lat", "lon"), (Y, X), {"rd": 1}),
        (
            ("lat", "lon"),
            (f"{Y:,.0f}".replace(",", "."), f"{X:,.0f}".replace(",", ".")),
            {"rd": 1, "thousands": 1},
        ),
        (("coordinates",), (f"{LAT}, {LON}",), {}),
        (("coordinates",), (f"{LON}, {LAT}",), {"degrees_swapped": 1}),
        (("coordinates",), (f"{LAT} {LON}".replace(".", ","),), {}),
        (("coordinates",), (f"POINT({LON} {LAT})",), {}),
        (("coordinates",), (f"POINT({X} {Y})",), {}),
        (("coordinates",), (f"{X_TEXT}; {Y_TEXT}",), {"rd_swapped": 1}),
        (("coordinates",), (f"https://www.google.com/maps/@{LAT},{LON},17z",), {}),
    ],
)
def test_coordinates_of_all_kinds(
    fields: tuple[Field, ...], cells: tuple[Cell, ...], how: dict[str, int]
) -> None:
    checked = check(("name", *fields), ("Groep", *cells))
    draft = only(checked)
    assert (draft.values["x"], draft.values["y"]) == pytest.approx((X, Y), abs=1)
    assert draft.values["precision"] == "point"
    assert told(checked) == how


@pytest.mark.parametrize(
    ("cells", "key", "repaired"),
    [
        ((LON, LAT), "swapped", True),
        ((Y_TEXT, X_TEXT), "other_system_degrees", True),
        ((X_TEXT, Y_TEXT), "other_system_degrees", True),
        ((LAT.replace(".", ""), LON.replace(".", "")), "range", True),
        ((LAT, f"-{LON}"), "abroad", True),
        ((f"-{LAT}", LON), "abroad", True),
        (("51.0", "4.4"), "abroad", False),
        ((0, 0), "zero", False),
        (("0,0", "0"), "zero", False),
        (("91", "200"), "range", False),
        ((LAT, ""), "one_missing", False),
        (("", LON), "one_missing", False),
        (("noord", LON), "coordinate", False),
        ((f"{LAT}, {LON}", ""), "two_in_one", True),
        ((f"{LAT[:2]}.{LAT[3:5]}.{LAT[5:]}", LON), "coordinate", True),
    ],
)
def test_a_row_that_deviates_is_an_error(cells: tuple[Cell, ...], key: str, repaired: bool) -> None:
    rows = [HERE, ("B", LAT, LON), ("C", *cells)]
    checked = check(PLACED, *rows)
    problem = one(checked, key)
    assert (problem.row, problem.severity, len(checked.drafts)) == (4, "error", 2)
    assert (problem.repair is not None) == repaired
    if repaired:
        mended = mend(PLACED, *rows)
        assert mended.problems == ()
        assert (mended.drafts[2].values["x"], mended.drafts[2].values["y"]) == pytest.approx((X, Y), abs=1)


def test_degrees_among_rd() -> None:
    rows = [("A", Y, X), ("B", Y, X), ("C", LAT, LON)]
    assert keys(check(PLACED, *rows)) == [(4, "other_system_rd", "e")]
    assert mend(PLACED, *rows).drafts[2].values["x"] == pytest.approx(X, abs=1)


def test_a_wrong_point_falls_back_on_what_the_row_says_in_words() -> None:
    fields = (*PLACED, "postcode")
    rows = [("A", 0, 0, "1234 ab"), ("B", "51.0", "4.4", "1234AB"), ("C", LAT, None, "1234-AB")]
    assert [key for _, key, _ in keys(check(fields, *rows))] == ["zero", "abroad", "one_missing"]
    assert [draft.values["precision"] for draft in mend(fields, *rows).drafts] == ["postcode"] * 3


def test_a_remedy_must_lie_in_the_stated_municipality() -> None:
    fields = (*PLACED, "municipality")
    right = check(fields, ("A", LAT, f"-{LON}", "Gemeente 1"))
    assert one(right, "abroad").repair == Repair((("lat", str(float(LAT))), ("lon", str(float(LON)))))
    wrong = check(fields, ("A", LAT, f"-{LON}", "Gemeente 3"))
    assert one(wrong, "abroad").repair == Repair((("lat", ""), ("lon", "")))


def test_abroad_tells_how_far() -> None:
    lat, lon = coordinates.written(WEST - 7_000, SOUTH + 1_000, "degrees")
    params = one(check(PLACED, ("A", lat, lon)), "abroad").expected.params
    assert params == {"km": 7, "municipality": "Gemeente 0"}


def test_a_point_just_outside_belongs_to_the_country() -> None:
    lat, lon = coordinates.written(WEST - 400, SOUTH + 1_500, "degrees")
    assert check(PLACED, ("A", lat, lon)).problems == ()


# Places in words.


def test_places_in_words() -> None:
    fields = ("name", "postcode", "place", "municipality")
    checked = check(
        fields,
        ("A", "1234 ab", "", ""),
        ("B", 1234, "", ""),
        ("C", "1234 XY", "", ""),
        ("D", "", "eenplaats", ""),
        ("E", "", "Dubbeldorp", "Gemeente 3"),
        ("F", "", "", "gemeente 2"),
        ("G", "9999ZZ", "Eenplaats", ""),
        ("H", "", "Nergens", "GM0001"),
        ("I", "", "Gemeente 1", ""),
        ("J", "", "", "Gem. Oudstad"),
        ("K", "5678", "", 3),
    )
    found = [(draft.values["precision"], draft.values["municipality"]) for draft in checked.drafts]
    assert found == [
        ("postcode", ""),
        ("postcode", ""),
        ("postcode", ""),
        ("place", ""),
        ("place", "GM0003"),
        ("municipality", "GM0002"),
        ("place", ""),
        ("municipality", "GM0001"),
        ("municipality", "GM0001"),
        ("municipality", "GM0001"),
        ("municipality", "GM0003"),
    ]
    assert [draft.values["x"] is None for draft in checked.drafts] == [
        kind == "municipality" for kind, _ in found
    ]
    assert [(row, key) for row, key, _ in keys(checked)] == [
        (3, "approximate_postcode"),
        (4, "postcode_rough"),
        (5, "approximate_place"),
        (6, "approximate_place"),
        (7, "approximate_municipality"),
        (8, "postcode_unknown"),
        (8, "approximate_place"),
        (9, "place_unknown"),
        (9, "approximate_municipality"),
        (10, "approximate_municipality"),
        (11, "approximate_municipality"),
        (11, "municipality_before"),
        (12, "postcode_unknown"),
        (12, "approximate_municipality"),
    ]
    assert {kind for _, _, kind in keys(checked)} == {"w"}
    assert told(checked) == {"postcode": 1}


@pytest.mark.parametrize(
    ("place", "municipality", "key", "choices"),
    [
        ("Dubbeldorp", "", "place_several", "Dubbeldorp (Gemeente 0); Dubbeldorp (Gemeente 3)"),
        ("Tweelingen", "Gemeente 2", "place_several", "Tweelingen (Gemeente 2); Tweelingen (Gemeente 2)"),
        ("Eenplaats", "Gemeente 3", "place_elsewhere", "Eenplaats (Gemeente 1)"),
        ("Nergens", "", "place_unknown", None),
    ],
)
def test_a_place_that_is_not_clear(place: str, municipality: str, key: str, choices: str | None) -> None:
    problem = one(check(("name", "place", "municipality"), ("A", place, municipality)), key)
    assert problem.severity == "error"
    assert problem.expected.params.get("choices") == choices
    assert problem.repair is None


def test_a_split_municipality_decides_which_place_is_meant() -> None:
    rows = [("A", "Dubbeldorp", "Deelstad")]
    fields = ("name", "place", "municipality")
    problem = one(check(fields, *rows), "place_several")
    assert problem.repair == Repair((("municipality", "Gemeente 3"),))
    assert [draft.values["municipality"] for draft in mend(fields, *rows).drafts] == ["GM0003"]


def test_a_split_municipality_is_decided_by_the_point() -> None:
    lat, lon = coordinates.written(X, SOUTH + 2_500, "degrees")
    fields = (*PLACED, "municipality")
    checked = check(fields, ("A", lat, lon, "Deelstad"), ("B", LAT, LON, "Deelstad"))
    assert keys(checked) == [(2, "municipality_by_place", "w"), (3, "municipality_several", "e")]
    assert only(check(fields, ("A", lat, lon, "Deelstad"))).values["municipality"] == "GM0002"
    assert one(checked, "municipality_several").expected.params["choices"] == "Gemeente 2, Gemeente 3"


def test_a_point_that_contradicts_the_words_is_told() -> None:
    fields = (*PLACED, "municipality", "postcode", "place")
    far = replace(CONTEXT, places=Places([Place("Ver", "GM0001", X + 50_000, Y)]))
    checked = check(fields, ("A", LAT, LON, "Gemeente 3", "1234AB", "Ver"), given=far)
    assert {key for _, key, _ in keys(checked)} == {"elsewhere", "far_from_place"}
    assert one(checked, "elsewhere").expected.params == {"here": "Gemeente 1", "there": "Gemeente 3", "km": 2}
    moved = replace(far, postcodes=lambda codes: {"1234AB": (X + 5_000, Y)})
    assert one(
        check(fields, ("A", LAT, LON, "", "1234AB", ""), given=moved), "far_from_postcode"
    ).expected.params == {"km": 5}


def test_a_postcode_in_another_municipality_is_told() -> None:
    checked = check(("name", "postcode", "municipality"), ("A", "1234AB", "Gemeente 3"))
    assert keys(checked) == [(2, "elsewhere", "w")]


def test_a_place_is_needed_but_for_known_groups() -> None:
    known = replace(CONTEXT, groups=country.groups([(X, Y)]))
    fields = ("id", "name", "lat", "lon")
    checked = check(fields, ("g0", "A", "", ""), ("g9", "B", "", ""), given=known)
    assert keys(checked) == [(2, "place_kept", "w"), (3, "place_missing", "e")]
    assert checked.drafts[0].values == {"name": "A"}
    update = check(("id", "participants"), ("g0", 70), ("g9", 70), given=known)
    assert keys(update) == [(3, "name_missing", "e"), (3, "place_missing", "e")]
    assert update.drafts == (Draft(2, "g0", {"participants": 70}),)


def test_an_outline_is_a_place() -> None:
    box = shapely.to_wkb(shapely.box(X - 100, Y - 100, X + 100, Y + 100))
    line = shapely.to_wkb(shapely.LineString([(X, Y), (X + 1, Y)]))
    checked = check(
        ("name", "lat", "lon"),
        ("A", "", ""),
        ("B", *HERE[1:]),
        ("C", LAT, float(LON) + 0.02),
        ("D", "", ""),
        ("E", LAT, LON),
        shapes={2: box, 3: box, 4: box, 5: line, 6: b"?"},
    )
    assert [(row, key) for row, key, _ in keys(checked)] == [
        (4, "outside_outline"),
        (5, "group_area"),
        (6, "group_area"),
    ]
    assert [draft.values["area"] for draft in checked.drafts] == [box, box]
    assert shapely.from_wkb(box).contains(
        shapely.Point(checked.drafts[0].values["x"], checked.drafts[0].values["y"])
    )


# Doubles.


def test_doubles_of_ids() -> None:
    fields = ("id", *PLACED)
    rows = [("1", *HERE), ("1", *HERE), ("1", "Anders", LAT, LON), ("2", "B", LAT, LON), (2.0, "C", LAT, LON)]
    checked = check(fields, *rows)
    assert keys(checked) == [(3, "row_same", "w"), (4, "id_double", "e"), (6, "id_double", "e")]
    assert [problem.expected.params["first"] for problem in checked.problems] == [2, 2, 5]
    assert checked.problems[0].repair == Repair(leave_out=True)
    assert [draft.row for draft in checked.drafts] == [2, 5]
    mended = mend(fields, *rows)
    assert keys(mended) == [(4, "id_double", "e"), (6, "id_double", "e")]
    assert mended.left_out == 3


def test_near_doubles_in_the_list() -> None:
    near = coordinates.written(X + 150, Y, "degrees")
    far = coordinates.written(X + 250, Y, "degrees")
    checked = check(
        PLACED,
        ("Buurt Oost", LAT, LON),
        ("buurt-oost!", *near),
        ("Buurt Oost", *far),
        ("Buurt West", LAT, LON),
    )
    assert keys(checked) == [(3, "near", "w"), (4, "near", "w")]
    assert [problem.expected.params["first"] for problem in checked.problems] == [2, 3]
    assert len(checked.drafts) == 4


def test_near_doubles_in_the_register() -> None:
    known = replace(CONTEXT, groups=country.groups([(X, Y), (X, Y + 150)], names=["Groep", "groep"]))
    fields = ("id", *PLACED)
    assert keys(check(fields, ("n1", *HERE), given=known)) == [(2, "near_registered", "w")]
    assert keys(check(fields, ("g0", *HERE), ("g1", "Groep", LAT, f"{LON}1"), given=known)) == [
        (3, "near", "w")
    ]
    assert keys(check(fields, ("", *HERE), given=known)) == []


# People.

PEOPLE: tuple[Field, ...] = (*PLACED, "contact_name", "contact_email", "contact_phone", "consent")


@pytest.mark.parametrize(
    ("consent", "on"),
    [
        ("ja", TODAY),
        (True, TODAY),
        ("x", TODAY),
        ("3-4-2024", date(2024, 4, 3)),
        (date(2024, 1, 2), date(2024, 1, 2)),
    ],
)
def test_a_contact_with_consent(consent: Cell, on: date) -> None:
    draft = only(check(PEOPLE, (*HERE, "Jan", "jan@voorbeeld.nl", "06-12345678", consent)))
    assert draft.contact is not None
    how = draft.contact.pop("consent_how")
    assert draft.contact == {
        "name": "Jan",
        "email": "jan@voorbeeld.nl",
        "phone": "06-12345678",
        "role": "",
        "consent_on": on,
    }
    assert how.startswith("Kolom consent")
    assert not {"contact_name", "contact_email", "consent"} & draft.values.keys()


@pytest.mark.parametrize(
    ("consent", "key"),
    [
        ("", "consent_missing"),
        ("nee", "consent_no"),
        (False, "consent_no"),
        ("?", "consent_missing"),
        ("misschien", "consent"),
        ("1-1-2030", "consent"),
    ],
)
def test_a_contact_without_consent_stays_out(consent: Cell, key: str) -> None:
    checked = check(PEOPLE, (*HERE, "Jan", "geen adres", "12", consent))
    assert keys(checked) == [(2, key, "w")]
    assert checked.drafts[0].contact is None
    assert "Jan" not in str(checked.problems)


def test_consent_of_all() -> None:
    options = Options((date(2024, 3, 1), "per brief"))
    rows = [
        (*HERE, "Jan", "", "", ""),
        ("B", LAT, LON, "Piet", "", "", "nee"),
        ("C", LAT, LON, "", "", "", ""),
    ]
    checked = check(PEOPLE, *rows, options=options)
    assert [draft.contact is None for draft in checked.drafts] == [False, True, True]
    assert checked.drafts[0].contact["consent_on"] == date(2024, 3, 1)
    assert checked.drafts[0].contact["consent_how"] == "per brief"
    assert keys(checked) == [(3, "consent_no", "w")]


@pytest.mark.parametrize(
    ("email", "phone", "key", "proposal"),
    [
        ("jan@voorbeeld,nl", "", "email", "jan@voorbeeld.nl"),
        ("mailto:jan@voorbeeld.nl", "", "email", "jan@voorbeeld.nl"),
        ("jan@voorbeeld", "", "email", None),
        ("jan@a.nl; piet@b.nl", "", "email", None),
        ("", "612345678", "phone_zero", "0612345678"),
        ("", 612345678, "phone_zero", "0612345678"),
        ("", "31612345678", "phone_zero", "+31612345678"),
        ("", "112", "phone", None),
        ("", "tel. 06-12345678", "phone", "06-12345678"),
        ("", "06-12345678 of 06-87654321", "phone", None),
    ],
)
def test_wrong_details_of_a_contact(email: Cell, phone: Cell, key: str, proposal: str | None) -> None:
    row = (*HERE, "Jan", email, phone, "ja")
    problem = one(check(PEOPLE, row), key)
    field = "contact_email" if key == "email" else "contact_phone"
    assert problem.severity == "error"
    assert problem.repair == (None if proposal is None else Repair(((field, proposal),)))
    if proposal:
        contact = only(mend(PEOPLE, row)).contact
        assert contact is not None
        assert proposal in contact.values()


@pytest.mark.parametrize(
    ("text", "found", "mended"),
    [
        ("Oost (jan@voorbeeld.nl)", {"email_in"}, "Oost"),
        ("Oost, bel 06-12345678", {"phone_in"}, "Oost, bel"),
        ("Van Dorpsstraat 12a tot de kerk", {"address_in"}, "Van Dorpsstraat tot de kerk"),
        ("Jan, 1234 AB, +31 6 12345678, j@x.nl", {"email_in", "phone_in", "address_in"}, "Jan, , ,"),
        ("Kerkstraat 1 t/m 99", set(), ""),
        ("Sinds 2019, 112 bellen", set(), ""),
        ("a@b", set(), ""),
    ],
)
def test_personal_data_in_a_description(text: str, found: set[str], mended: str) -> None:
    fields, row = (*PLACED, "description"), (*HERE, text)
    checked = check(fields, row)
    assert {key for _, key, _ in keys(checked)} == found
    assert {kind for _, _, kind in keys(checked)} <= {"w"}
    assert only(checked).values["description"] == text
    if found:
        after = mend(fields, row)
        assert after.problems == ()
        assert only(after).values["description"].split() == mended.rstrip(" ,").split()


@pytest.mark.parametrize("text", ["a-" * 15_000 + "1", "a." * 16_000 + "@1", "x" * 600 + " a@b.nl"])
def test_a_text_that_is_too_long_is_not_searched(text: str) -> None:
    assert keys(check((*PLACED, "description"), (*HERE, text))) == [(2, "long", "e")]


def test_personal_data_in_a_name() -> None:
    checked = check(PLACED, ("Oost 0612345678", LAT, LON))
    assert one(checked, "phone_in").repair == Repair((("name", "Oost"),))


# Repairs.


def test_a_row_that_is_left_out_has_no_problems() -> None:
    checked = check(PLACED, ("", 0, 0), HERE, repairs={2: Repair(leave_out=True)})
    assert (checked.rows, checked.left_out, checked.problems) == (2, 1, ())


def test_a_repair_may_give_a_field_without_a_column() -> None:
    checked = check(("name",), ("A",), ("B",), repairs={2: Repair((("postcode", "1234AB"),))})
    assert keys(checked) == [(3, "place_missing", "e")]
    assert checked.drafts[0].values["precision"] == "postcode"


def test_remedies_of_one_row_go_together() -> None:
    first = Problem(2, "", "", check(PLACED, ("", LAT, LON)).problems[0].expected, "error")
    problems = [
        replace(first, repair=Repair((("lat", "1"), ("lon", "2")))),
        replace(first, repair=Repair((("lat", "3"), ("name", "A")))),
        replace(first, row=3, repair=Repair(leave_out=True)),
        replace(first, row=4),
        replace(first, row=5, repair=Repair()),
    ]
    assert group_import.proposed(problems) == {
        2: Repair((("lat", "1"), ("lon", "2"), ("name", "A"))),
        3: Repair(leave_out=True),
    }


def test_a_field_with_two_columns_is_read_from_the_first() -> None:
    lines = (Line(2, ("A", LAT, LON, "B")),)
    checked = group_import.check(
        Table("", 1, ("Naam", "Lat", "Lon", "Titel"), lines),
        {0: "name", 1: "lat", 2: "lon", 3: "name"},
        CONTEXT,
    )
    assert only(checked).values["name"] == "A"
    assert [notice.params["column"] for notice in checked.read_as] == ["Titel"]


def test_a_name_is_needed() -> None:
    for name in ("", None, " ", "-", "onbekend", "\u3000"):
        assert keys(check(PLACED, (name, LAT, LON))) == [(2, "name_missing", "e")]


def test_a_table_without_rows() -> None:
    assert check(PLACED) == Checked(0, 0, (), (), ())
