"""Published figures beside the register's own counts, in words. Pure."""

from collections.abc import Iterable

from utils.published import Published
from utils.published_counts import Compared
from utils.published_points import Joined
from utils.texts import Texts

COLUMNS = ("area", "date", "published", "register", "difference", "note", "source")
REASONS = ("unregistered", "rounded", "removed", "merged")


def moment(texts: Texts, figure: Published) -> str:
    """The date of a published figure: a year, a month, or a day."""
    first, last = figure.interval
    if first == last:
        return texts.date(first)
    return texts.month(first) if (first.year, first.month) == (last.year, last.month) else str(first.year)


def row(texts: Texts, name: str, one: Compared, joined: Iterable[Joined]) -> tuple[str, ...]:
    """One figure of the area called ``name``, in the order of ``COLUMNS``."""
    return (
        name,
        moment(texts, one.point.figure),
        texts.number(one.point.figure.groups),
        _counted(texts, one),
        _difference(texts, one),
        _note(texts, name, one, joined),
        one.point.figure.source,
    )


def narrowed(
    texts: Texts, rows: list[tuple[str, ...]]
) -> tuple[list[str], list[tuple[str, ...]]]:
    """The headings and rows of a table without the columns in which no row says anything."""
    kept = [at for at, _ in enumerate(COLUMNS) if any(row[at] for row in rows)]
    headings = [texts.t(f"published.{COLUMNS[at]}") for at in kept]
    return headings, [tuple(row[at] for at in kept) for row in rows]


def _counted(texts: Texts, one: Compared) -> str:
    if one.count is None:
        return "–" if one.point.extent != "whole" else texts.unknown
    key = "published.counted_doubtful" if one.doubtful else "published.counted"
    return texts.t(key, n=one.count, most=one.count + one.doubtful, date=one.day)


def _difference(texts: Texts, one: Compared) -> str:
    if one.difference is None:
        return "–"
    sign = "+" if one.difference > 0 else "−" if one.difference < 0 else ""
    return f"{sign}{texts.number(abs(one.difference))}"


def _note(texts: Texts, name: str, one: Compared, joined: Iterable[Joined]) -> str:
    """Of which part of the area the figure is; "" for the whole."""
    point = one.point
    if point.extent == "whole":
        return ""
    later = [other for move in joined if move.day > point.first for other in move.names]
    return texts.t(
        f"published.extent.{point.extent}", area=point.figure.area, name=name, names=", ".join(later)
    )


def reasons(texts: Texts, example: bool) -> list[str]:
    """Why a published figure and a count may differ, a sentence each."""
    known = (*REASONS, "example") if example else REASONS
    return [texts.t(f"published.why.{one}") for one in known]
