"""Where official data come from, in words."""

import pytest

from utils import fetched
from utils.errors import Notice
from utils.store import Provenance, Source
from utils.texts import LANGS, Texts

FOUND = Provenance(
    year=2024,
    made="2026-11-22T13:05:00+00:00",
    sources=(
        Source("municipality", "https://api.pdok.nl/x", "2026-11-22T14:04:59+01:00", "ab" * 32, 12, 342),
        Source("nonsense", "file.gpkg", "2026-11-22T13:05:00+00:00", "cd" * 32, 1, 1, "CC0"),
    ),
    counts={"other": 3, "municipality": 341, "province": 12},
    warnings=(Notice("value.unknown"), Notice("value.unknown"), Notice("unit.metres", {"x": "3"})),
    changed=(),
)


@pytest.mark.parametrize("lang", LANGS)
def test_each_source_is_named_with_address_time_check_and_licence(lang: str) -> None:
    texts = Texts(lang)
    first, second = fetched.source_rows(texts, FOUND.sources)
    assert first[0] == texts.t("refresh.what.municipality")
    assert first[1] == "https://api.pdok.nl/x"
    assert "13:04" in first[2]  # in UTC
    assert "2026" in first[2]
    assert first[3:] == ("ab" * 6, "CC BY 4.0")
    assert second[0] == "nonsense"
    assert second[4] == "CC0"


@pytest.mark.parametrize("lang", LANGS)
def test_counts_and_notices_in_words(lang: str) -> None:
    texts = Texts(lang)
    said = fetched.count_line(texts, FOUND.counts)
    assert said.startswith(f"{texts.t('refresh.what.province')}: 12 · ")
    assert said.endswith("other: 3")
    assert fetched.count_line(texts, {}) == ""
    assert fetched.sentences(texts, FOUND.warnings) == [texts.unknown, "3 m"]
