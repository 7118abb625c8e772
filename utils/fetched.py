"""What was fetched, in words: for the method page and the staff page. Pure: texts in, strings out."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from utils.errors import Notice
from utils.store import Source
from utils.texts import Texts

DIGITS = 12
"""Digits of a sha256 that are shown; the file provenance.json has them all."""
_ORDER = ("province", "municipality", "district", "neighbourhood")


def sentence(texts: Texts, notice: Notice) -> str:
    """A notice in the reader's language. Raises TextError for a key that has no text."""
    return texts.t(notice.key, **notice.params)


def sentences(texts: Texts, notices: Iterable[Notice]) -> list[str]:
    """Notices in the reader's language, each once, in order."""
    return list(dict.fromkeys(sentence(texts, notice) for notice in notices))


def what(texts: Texts, name: str) -> str:
    """What was fetched or counted, in words; the name itself where there are none."""
    key = f"refresh.what.{name}"
    return texts.t(key) if key in texts else name


def source_rows(texts: Texts, sources: Iterable[Source]) -> list[tuple[str, str, str, str, str]]:
    """A row for each source: what, address, when it was fetched, beginning of the sha256, licence."""
    return [
        (
            what(texts, source.what),
            source.url,
            _moment(texts, source.fetched),
            source.sha256[:DIGITS],
            source.licence,
        )
        for source in sources
    ]


def _moment(texts: Texts, iso: str) -> str:
    moment = datetime.fromisoformat(iso).astimezone(UTC)
    return texts.t("refresh.moment", date=moment.date(), time=f"{moment:%H:%M}")


def count_line(texts: Texts, counts: Mapping[str, int]) -> str:
    """How many of each came, the largest areas first: ``Provincies: 12 · Gemeenten: 342``; "" for none."""
    order = {level: place for place, level in enumerate(_ORDER)}
    names = sorted(counts, key=lambda name: order.get(name, len(order)))
    return " · ".join(texts.t("refresh.count", what=what(texts, name), n=counts[name]) for name in names)
