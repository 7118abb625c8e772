"""The register as coverage reads it: every group, its place, its day; and one group as row and as JSON."""

import json
import math
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Literal, get_args

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy.engine import Connection, Engine

from utils import changelog, database, group_source, registry, schema, settings
from utils.access import Actor
from utils.database import Batch, StoreError
from utils.models import STATUSES, Group, Precision

TODAY = date(2024, 6, 1)
SQUARE = shapely.box(100_000, 400_000, 101_000, 401_000)
ALL = Group(
    id="g1",
    name="Hart van Lelystad",
    x=161_000.5,
    y=503_000.25,
    precision="postcode",
    area=shapely.to_wkb(SQUARE),
    municipality="GM0995",
    description="Tussen het park en het spoor",
    participants=80,
    status="inactive",
    reason="gestopt",
    since=date(2017, 1, 2),
    until=date(2023, 4, 5),
    confirmed=date(2024, 5, 6),
    confirmed_by="Jan",
    platform="Signal",
    join_link="https://example.org/x",
    source="lijst",
    notes="bel eerst",
    version=3,
)

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
days = st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1))
metres = st.floats(-1e7, 1e7, allow_nan=False)
some_groups = st.builds(
    Group,
    id=texts.filter(bool),
    name=texts,
    x=metres,
    y=metres,
    precision=st.sampled_from(get_args(Precision)),
    area=st.none() | st.just(shapely.to_wkb(SQUARE)),
    municipality=texts,
    description=texts,
    participants=st.none() | st.integers(0, 2**31 - 1),
    status=st.sampled_from(STATUSES),
    reason=texts,
    since=days,
    until=days,
    confirmed=days,
    confirmed_by=texts,
    platform=texts,
    join_link=texts,
    source=texts,
    notes=texts,
    version=st.integers(1, 10**6),
)


def put(engine: Engine, *groups: Group) -> None:
    def fill(connection: Connection, batch: Batch) -> None:
        connection.execute(schema.groups.delete())
        if groups:
            connection.execute(schema.groups.insert(), [registry.row(group) for group in groups])

    database.write(engine, fill)


@given(some_groups)
def test_a_group_survives_as_json(group: Group) -> None:
    assert registry.from_json(json.loads(json.dumps(registry.as_json(group), allow_nan=False))) == group


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(some_groups, max_size=8, unique_by=lambda group: group.id))
def test_groups_survive_in_the_database(engine: Engine, groups: list[Group]) -> None:
    put(engine, *groups)
    assert {group.id: group for group in registry.all_groups(engine)} == {group.id: group for group in groups}
    loaded = registry.load(engine, TODAY)
    assert dict(zip(loaded.ids, loaded.names, strict=True)) == {group.id: group.name for group in groups}


def test_a_row_has_the_columns_of_the_table() -> None:
    assert list(registry.row(ALL)) == [column.name for column in schema.groups.columns]
    assert [field.name for field in fields(Group)] == list(registry.as_json(ALL))


def test_coverage_gets_what_it_needs(engine: Engine) -> None:
    put(engine, ALL, Group("g2", "Nergens", municipality="GM0034"))
    found = registry.load(engine, TODAY)
    assert list(found.ids) == ["g1", "g2"]
    assert list(found.names) == ["Hart van Lelystad", "Nergens"]
    assert (found.x[0], found.y[0]) == (161_000.5, 503_000.25)
    assert math.isnan(found.x[1])
    assert math.isnan(found.y[1])
    assert found.area[0].equals(SQUARE)
    assert found.area[1] is None
    assert found.participants[0] == 80
    assert math.isnan(found.participants[1])
    assert list(found.status) == ["inactive", "active"]
    assert list(found.active) == [False, True]
    assert [str(found.since[0]), str(found.until[0]), str(found.confirmed[0])] == [
        "2017-01-02",
        "2023-04-05",
        "2024-05-06",
    ]
    assert np.isnat(found.since[1])
    assert list(found.platform) == ["Signal", ""]
    assert found.recorded is not None
    assert list(found.recorded) == ["GM0995", "GM0034"]
    assert not found.example


def test_nothing_of_staff_or_people_is_read_for_the_map(engine: Engine) -> None:
    put(engine, ALL)
    found = registry.load(engine, TODAY)
    shown = repr([getattr(found, field.name) for field in fields(found)])
    for secret in (ALL.confirmed_by, ALL.notes, ALL.reason):
        assert secret not in shown


def test_the_revision_of_the_groups_changes_with_what_the_map_shows(engine: Engine) -> None:
    put(engine, ALL)
    first = registry.load(engine, TODAY).revision
    put(engine, replace(ALL, notes="weer gebeld", confirmed_by="Piet", version=9))
    assert registry.load(engine, TODAY).revision == first  # nothing of that is on the map
    seen = {first}
    for other in (
        replace(ALL, id="g2"),
        replace(ALL, name="Hart"),
        replace(ALL, x=1.0),
        replace(ALL, area=None),
        replace(ALL, participants=None),
        replace(ALL, status="active"),
        replace(ALL, until=None),
        replace(ALL, platform=""),
        replace(ALL, municipality=""),
    ):
        put(engine, other)
        seen.add(registry.load(engine, TODAY).revision)
    assert len(seen) == 10


def test_an_outline_without_a_place_gives_one_inside(engine: Engine) -> None:
    put(engine, replace(ALL, x=None, y=None))
    found = registry.load(engine, TODAY)
    assert SQUARE.contains(shapely.Point(found.x[0], found.y[0]))


def test_texts_that_are_the_same_are_kept_once(engine: Engine) -> None:
    put(engine, *(Group(f"g{i}", f"Groep {i}", municipality="GM0995", platform="WhatsApp") for i in range(9)))
    found = registry.load(engine, TODAY)
    assert len({id(text) for text in found.platform}) == len({id(text) for text in found.status}) == 1
    assert found.recorded is not None
    assert len({id(text) for text in found.recorded}) == 1


def test_the_peildatum_is_the_day_on_which_a_group_last_changed(engine: Engine) -> None:
    put(engine, Group("g1", "Een", since=date(2020, 1, 1), confirmed=date(2021, 1, 1)))
    assert registry.load(engine, TODAY).peildatum == TODAY  # no line of the log tells

    def note(entity: Literal["group", "report"], day: int) -> None:
        def work(connection: Connection, batch: Batch) -> None:
            batch = replace(batch, at=datetime(2022, 2, day, 12, tzinfo=UTC))
            changelog.record(connection, batch, Actor("x", "admin"), "add", entity, [("g1", None, {})])

        database.write(engine, work)

    note("group", 3)
    note("report", 9)
    assert registry.load(engine, TODAY).peildatum == date(2022, 2, 3)


def test_groups_placed_by_their_town_alone_are_known(engine: Engine) -> None:
    there = Group("g1", "Een", 155_000, 463_000)
    put(engine, there, replace(there, id="g2", precision="place"))
    assert registry.load(engine, TODAY).rough.tolist() == [False, True]


def test_an_empty_register_is_defined(engine: Engine) -> None:
    found = registry.load(engine, TODAY)
    assert len(found) == 0
    assert found.x.shape == found.since.shape == (0,)
    assert registry.all_groups(engine) == []


def test_a_register_larger_than_one_portion_arrives_whole(engine: Engine) -> None:
    n = 2 * registry._AT_ONCE + 17
    groups = [Group(f"g{i:06}", f"Groep {i}", x=float(i), y=0.0) for i in range(n)]
    put(engine, *groups)
    found = registry.load(engine, TODAY)
    assert list(found.ids) == [group.id for group in groups]
    assert (found.x == np.arange(n)).all()


def test_the_settings_name_the_register(url: str, embedded) -> None:
    options = settings.load({"DATABASE_URL": url})
    engine = registry.engine_for(options)
    assert registry.engine_for(options) is engine
    assert group_source.load(options).example  # holds no group yet
    assert group_source.revision(options) == registry.revision(engine)
    put(engine, ALL)
    assert list(group_source.load(options).ids) == ["g1"]
    engine.dispose()


def test_a_register_is_made_where_there_is_none(tmp_path) -> None:
    options = settings.load({"DATABASE_URL": f"sqlite:///{tmp_path}/new/folder/register.sqlite"})
    assert group_source.revision(options) == ""
    with pytest.raises(StoreError, match="register_folder"):
        registry.engine_for(options)
    assert not (tmp_path / "new").exists()
    (tmp_path / "new" / "folder").mkdir(parents=True)
    engine = registry.engine_for(options)
    file = tmp_path / "new" / "folder" / "register.sqlite"
    assert file.stat().st_mode & 0o777 == 0o600
    file.unlink()
    assert registry.revision(registry.engine_for(options)) != ""
    assert registry.engine_for(options) is engine


def test_nothing_beside_the_register_is_open_to_others(sqlite_url: str, tmp_path) -> None:
    file = tmp_path / "register.sqlite"
    file.chmod(0o644)
    engine = database.open_engine(sqlite_url)
    database.prepare(engine)

    def look(connection: Connection, batch: Batch) -> dict[str, int]:
        connection.execute(schema.groups.insert(), [registry.row(ALL)])
        return {part.name: part.stat().st_mode & 0o777 for part in tmp_path.iterdir()}

    modes = database.write(engine, look)
    assert len(modes) == 3  # what SQLite keeps beside it holds people's data too
    assert set(modes.values()) == {0o600}
