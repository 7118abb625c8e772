"""Days as people write them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import dutch_dates
from utils.import_model import Cell

DAY = date(2018, 4, 3)
GOOD = [
    "3-4-2018",
    "03-04-2018",
    "3/4/2018",
    "03/04/18",
    "3.4.2018",
    "3. 4. 2018",
    "3 4 2018",
    "3-4-'18",
    "3-4-18",
    "3 april 2018",
    "3 April 2018",
    "3 APR 2018",
    "3 apr. 2018",
    "3 apr. '18",
    "3 apr ’18",
    "3-apr-2018",
    "3-apr-18",
    "3apr2018",
    "3e april 2018",
    "dinsdag 3 april 2018",
    "di 3 apr. 2018",
    "Tuesday 3 April 2018",
    "April 3, 2018",
    "Apr 3rd, 2018",
    "3rd of April 2018",
    "2018-04-03",
    "2018-4-3",
    "2018/04/03",
    "20180403",
    "2018-04-03T00:00:00",
    "2018-04-03 12:30:00",
    "2018-04-03T12:30:00Z",
    "2018-04-03T12:30:00+02:00",
    "3-4-2018 14:30",
    "3-4-2018 14:30 uur",
    "03/04/2018 00:00:00",
    " 3-4-2018 ",
    "\u00a03-4-2018",
    20180403,
    43193,
    43193.0,
    43193.75,
    "43193",
    "43193.5",
    DAY,
    datetime.fromisoformat("2018-04-03T23:59"),
    datetime(2018, 4, 3, tzinfo=UTC),
]
OTHER = [
    ("31 mei 2019", date(2019, 5, 31)),
    ("1 mrt 2020", date(2020, 3, 1)),
    ("29-2-2020", date(2020, 2, 29)),
    ("12 augustus 2021", date(2021, 8, 12)),
    ("7 okt '16", date(2016, 10, 7)),
    ("1-1-99", date(1999, 1, 1)),
    ("28 feb. 2017", date(2017, 2, 28)),
    ("5 sept 2019", date(2019, 9, 5)),
    ("9 juni 2015", date(2015, 6, 9)),
    ("10 juli 2022", date(2022, 7, 10)),
    ("15 november 2016", date(2016, 11, 15)),
    ("24 dec 2018", date(2018, 12, 24)),
    ("2 januari 2019", date(2019, 1, 2)),
    ("13-04-2018", date(2018, 4, 13)),
    (36526, date(2000, 1, 1)),
]
WRONG: list[tuple[Cell, str, date | None]] = [
    ("31-2-2019", "impossible", None),
    ("29-2-2019", "impossible", None),
    ("0-1-2019", "impossible", None),
    ("32-1-2019", "impossible", None),
    ("13-13-2019", "impossible", None),
    ("31 april 2018", "impossible", None),
    ("2018-02-30", "impossible", None),
    ("20181301", "impossible", None),
    ("1-1-0001", "impossible", None),
    ("1-1-1899", "impossible", None),
    ("4-13-2018", "other_order", date(2018, 4, 13)),
    ("2-31-2018", "impossible", None),
    ("april 2018", "month_only", date(2018, 4, 1)),
    ("apr. '18", "month_only", date(2018, 4, 1)),
    ("04-2018", "month_only", date(2018, 4, 1)),
    ("4/2018", "month_only", date(2018, 4, 1)),
    ("2018-04", "month_only", date(2018, 4, 1)),
    ("mei-18", "month_only", date(2018, 5, 1)),
    ("2018", "year_only", date(2018, 1, 1)),
    (2018, "year_only", date(2018, 1, 1)),
    (2018.0, "year_only", date(2018, 1, 1)),
    ("najaar 2018", "date", None),
    ("13-2018", "date", None),
    ("binnenkort", "date", None),
    ("3-4", "date", None),
    ("3-4-5-6", "date", None),
    ("3-4-201", "date", None),
    ("", "date", None),
    (None, "date", None),
    (True, "date", None),
    (7, "date", None),
    (-43193, "date", None),
    (1e300, "date", None),
    (float("nan"), "date", None),
    ("x" * 10_000, "date", None),
    ("3-4-2018 t/m 5-6-2019", "date", None),
    ("=TODAY()", "date", None),
    ("99999", "date", None),
]


@pytest.mark.parametrize(("cell", "day"), [*((cell, DAY) for cell in GOOD), *OTHER], ids=repr)
def test_a_day_is_read(cell: Cell, day: date) -> None:
    found = dutch_dates.read(cell)
    assert (found.value, found.fault) == (day, "")


@pytest.mark.parametrize(("cell", "fault", "proposal"), WRONG, ids=lambda value: repr(value)[:30])
def test_what_is_no_day_has_a_fault(cell: Cell, fault: str, proposal: date | None) -> None:
    found = dutch_dates.read(cell)
    assert (found.value, found.fault, found.proposal) == (None, fault, proposal)


def test_the_order_is_that_of_the_whole_column() -> None:
    assert dutch_dates.order([]) == "day"
    assert dutch_dates.order(["3-4-2018", "5-6-2018"]) == "day"
    assert dutch_dates.order(["3-4-2018", "13-6-2018", "6-13-2018"]) == "day"
    assert dutch_dates.order(["3/4/2018", "12/31/2018", "12/30/2018", "31-12-2018"]) == "month"
    assert dutch_dates.read("4/3/2018", "month") == (DAY, "", None, "months_first")
    assert dutch_dates.read("13/4/2018", "month") == (None, "other_order", date(2018, 4, 13), "")


def test_only_a_day_that_could_be_read_otherwise_tells_how_it_was_read() -> None:
    assert dutch_dates.read("3-4-2018").how == "days_first"
    assert dutch_dates.read("13-4-2018").how == ""
    assert dutch_dates.read("4-4-2018").how == ""
    assert dutch_dates.read(43193).how == "serial"


MONTHS = [
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
]


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_every_day_survives_every_way_of_writing(day: date) -> None:
    month = MONTHS[day.month - 1]
    for text in (
        day.isoformat(),
        f"{day.day}-{day.month}-{day.year}",
        f"{day.day:02}/{day.month:02}/{day.year}",
        f"{day.day} {month} {day.year}",
        f"{day.day} {month[:3]}. {day.year}",
        day.strftime("%Y%m%d"),
    ):
        assert dutch_dates.read(text).value == (day if "maa" not in text or day.month == 3 else None)
    assert dutch_dates.read(f"{day.month}/{day.day}/{day.year}", "month").value == day


@given(
    st.one_of(
        st.text(max_size=70),
        st.from_regex(r"[0-9./' a-z-]{1,15}", fullmatch=True),
        st.integers(),
        st.floats(),
    )
)
def test_any_cell_has_a_day_or_a_fault(cell: Cell) -> None:
    for order in ("day", "month"):
        found = dutch_dates.read(cell, order)
        assert (found.value is None) != (found.fault == "")
        if found.proposal:
            assert dutch_dates.read(found.proposal.isoformat(), order).value == found.proposal
