"""``?stand=`` on the map page: figures, notice and downloads of that day, and the way back."""

import pytest

from tests.app.reading import container, notices, show, specification, title, unescaped, words


def button(app, key):
    (found,) = [one for one in app.button if one.key == key]
    return found


def test_the_map_of_a_day_counts_the_groups_of_that_day() -> None:
    now, then = show(gebied="GM0995"), show(gebied="GM0995", stand="2016-01-01")
    assert not now.exception and not then.exception
    assert sum(specification(now)["groups"]) == 145
    assert sum(specification(then)["groups"]) == 10
    assert title(now) != title(then)
    assert "U ziet de stand op 1 januari 2016." in words(then)
    assert "U ziet de stand op" not in words(now)
    metrics = {one.label: one.value for one in container(then, "kerncijfers").metric}
    assert metrics["Groepen"] == "10"


def test_the_way_back_to_now() -> None:
    app = show(gebied="GM0995", stand="2016-01-01", taal="en")
    assert "You see the situation on 1 January 2016." in words(app)
    button(app, "terug_naar_nu").click().run()
    assert "stand" not in app.query_params
    assert sum(specification(app)["groups"]) == 145


def test_the_day_stays_while_the_reader_moves() -> None:
    app = show(gebied="GM0995", stand="2016-01-01")
    button(app, "pad_PV24").click().run()
    assert app.query_params["stand"] == "2016-01-01"
    assert app.query_params["gebied"] == "PV24"
    assert sum(specification(app)["groups"]) < 100


@pytest.mark.parametrize(
    ("came", "used"),
    [
        ("2035-01-01", "31 december 2019"),
        ("1900-01-01", "1 februari 2013"),
        ("gisteren", "31 december 2019"),
        ("2018-02-30", "31 december 2019"),
        ("<script>", "31 december 2019"),
        ("9" * 500, "31 december 2019"),
    ],
)
def test_a_day_that_does_not_fit_gives_a_sentence(came: str, used: str) -> None:
    app = show(stand=came)
    assert not app.exception
    (said,) = notices(app)
    assert said.endswith(f"U ziet nu {used}.")
    assert came[:40] in unescaped(said)
    assert notices(app.run()) == [said]  # as long as the address says so


def test_the_peildatum_itself_is_now() -> None:
    app = show(stand="2019-12-31")
    assert not notices(app)
    assert "U ziet de stand op" not in words(app)


def test_what_was_confirmed_by_then_is_not_known_of_a_day_of_before() -> None:
    app = show(gebied="GM0995", laag="actueel", stand="2016-01-01")
    assert not app.exception
    assert not notices(app)
    assert "’ kan alleen voor nu" in words(app)
    assert app.radio(key="laag").value == "status"
    assert len(app.radio(key="laag").options) == 4
    assert specification(app)["facts"] == {}
