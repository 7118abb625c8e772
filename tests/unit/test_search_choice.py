"""What the server does with a choice from the search box: also one from an older answer, or from none."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from utils import boundaries, cached, locate, search_box, ui
from utils.finder import Finder, Found
from utils.gazetteer import Places
from utils.texts import Texts


@pytest.fixture
def page(embedded: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A page of Mijn buurt with a fresh visit; ``went`` is where it was sent."""
    atlas = boundaries.load(embedded)
    finder = Finder(atlas, locate.aliases(embedded / "municipality_changes.csv"), Places.load(embedded))
    went: list[str] = []
    monkeypatch.setattr(cached, "finder", lambda _: finder)
    monkeypatch.setattr(search_box.st, "session_state", {})
    monkeypatch.setattr(search_box, "_look", lambda _, text: (finder.find(text), False))
    monkeypatch.setattr(ui, "go", lambda _, gebied: went.append(gebied))
    coverage, address = SimpleNamespace(atlas=atlas), SimpleNamespace(gebied="GM0995")
    return SimpleNamespace(texts=Texts("nl"), coverage=coverage, address=address, went=went)


def choose(page: Any, text: str, key: str) -> tuple[int, str]:
    """What stays in the session of a choice: the number that was taken, and what is said."""
    search_box._take(cast(ui.Page, page), {"text": text, "key": key, "n": 7}, True)
    session = search_box.st.session_state
    return session.get("zoekkeuze", 0), search_box._saying(cast(ui.Page, page))["text"]


def test_a_choice_counts_though_a_newer_question_ran(page: Any) -> None:
    search_box.st.session_state["zoekhits"] = "almere", Found()
    assert choose(page, "lelystad", "area GM0995 Lelystad") == (7, "")
    assert page.went == ["GM0995"]


def test_a_coarse_choice_counts_after_the_answer_it_came_from_and_says_what_it_is(page: Any) -> None:
    search_box.st.session_state["zoekhits"] = "kerkstraat 5 lelystad", Found()
    taken, sentence = choose(page, "kerkstraat 5 lelystad", "area GM0995 Lelystad")
    assert (taken, page.went) == (7, ["GM0995"])
    assert sentence.startswith("U ziet Lelystad.")
    page.address.gebied = "GM0034"
    assert search_box._saying(page)["text"] == ""


def test_what_is_in_no_answer_is_not_taken_and_that_is_said(page: Any) -> None:
    taken, sentence = choose(page, "lelystad", "area GM9999 Nergens")
    assert (taken, page.went) == (0, [])
    assert sentence == page.texts.t("finder.again")
