"""Everything that a data set is made of, from the services or from a file: the best source that is good."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from utils import at_hand, local_files, official, pdok, store
from utils.errors import DataError, FetchError, InputError, Notice
from utils.http_client import Client
from utils.official import DUTCH, KINDS, Figures, Kind, Layer
from utils.progress import Meter
from utils.settings import Settings


@dataclass
class Gathering:
    """What came so far, checked layer by layer; ``warnings`` tell what was odd."""

    settings: Settings
    meter: Meter
    year: int = 0
    layers: dict[Kind, Layer] = field(default_factory=dict)
    figures: Figures = field(default_factory=dict)
    province_of: dict[str, str] = field(default_factory=dict)
    sources: list[store.Source] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)

    def fetch(self, client: Client, year: int | None, levels: frozenset[Kind]) -> None:
        """Ask the services for everything that is needed."""
        self.meter.begin("year")
        asked = year
        if year is None:
            year = (
                store.official_year(self.settings)
                if levels
                else pdok.newest(client, self.settings, datetime.now(UTC).year)
            )
        if year is None:
            raise InputError("error.level_needs", year="") if levels else FetchError("error.no_year")
        self.year = year
        for kind in KINDS:
            if levels and kind not in levels:
                self._keep(kind)
        for kind in KINDS:
            if kind in self.layers:
                continue
            try:
                self._fetch_layer(client, kind)
            except FetchError as problem:
                if kind == "district":  # without these, only the names of districts are lacking
                    self.warnings.append(Notice("refresh.warning.districts", {"reason": problem.plain}))
                    continue
                if asked is not None:
                    self._explain(client, asked)
                raise
        self._fetch_figures(client)
        self._fetch_provinces(client)

    def open(self, path: Path, wanted: int | None) -> None:
        """Read everything from a file instead."""
        self.meter.begin("file")
        found = local_files.read(path)
        self.meter.stop()
        self.year = local_files.year(found, path, wanted)
        for kind, (rows, shapes) in found.items():
            layer, odd = official.layer(kind, rows, shapes, self.year, path.name)
            self.meter.stop()
            self.layers[kind] = layer
            self.warnings += odd
            self.sources.append(local_files.source(path, kind, len(rows)))
            self.figures |= official.row_figures(kind, rows, path.name) if _carries(rows) else {}
        if not self.figures:
            missing = official.INHABITANTS
            raise DataError(
                "error.official_columns", place=path.name, kind=DUTCH["neighbourhood"], missing=missing
            )
        self.province_of = at_hand.provinces(store.embedded(self.settings))

    def _fetch_layer(self, client: Client, kind: Kind) -> None:
        """The first service that has good outlines of a kind; the others are told as odd."""
        self.meter.begin(kind)
        tried: list[dict[str, Any]] = []
        for service in pdok.services(self.settings, kind, self.year):
            try:
                came = service.fetch(client, self.meter.seen)
                layer, odd = official.layer(kind, came.rows, came.geometry, self.year, service.name)
            except DataError as problem:
                tried.append(problem.plain)
                continue
            if tried:
                params = {"kind": DUTCH[kind], "used": service.name, "reason": tried[0]}
                self.warnings.append(Notice("refresh.warning.fallback", params))
            self.layers[kind] = layer
            self.warnings += odd
            self.sources.append(came.source)
            self.meter.end()
            return
        raise FetchError("error.official_sources", kind=DUTCH[kind], year=str(self.year), tried=tried)

    def _fetch_figures(self, client: Client) -> None:
        """Figures of CBS; else those that the outlines brought; else those of a service with both."""
        self.meter.begin("figures")
        brought = {code: pair for layer in self.layers.values() for code, pair in layer.figures.items()}
        known = any(np.isfinite(people) for people, _ in brought.values())
        tried: list[dict[str, Any]] = []
        for name, fetch in pdok.figure_services(self.settings, self.year):
            if tried and known:
                break
            try:
                self.figures, came = fetch(client, self.meter.seen)
            except DataError as problem:
                tried.append(problem.plain)
                continue
            self.sources.append(came)
            if name != "CBS StatLine":
                self.warnings.append(self._instead(name, tried))
            self.meter.end()
            return
        if not known:
            raise FetchError("error.official_sources", kind="StatLine", year=str(self.year), tried=tried)
        self.figures = brought
        self.warnings.append(self._instead("PDOK WFS wijkenbuurten", tried))
        self.meter.end()

    def _instead(self, name: str, tried: list[dict[str, Any]]) -> Notice:
        reason = tried[0] if tried else FetchError("error.fetch_table", year=str(self.year)).plain
        return Notice("refresh.warning.fallback", {"kind": "StatLine", "used": name, "reason": reason})

    def _fetch_provinces(self, client: Client) -> None:
        """The table of CBS; what it lacks, and all if it does not come, from the facts that ship."""
        self.meter.begin("areas")
        self.province_of = at_hand.provinces(store.embedded(self.settings))
        try:
            told, came = pdok.provinces(client, self.settings, self.year)
        except DataError as problem:
            self.warnings.append(Notice("refresh.warning.provinces", {"reason": problem.plain}))
            return
        self.province_of |= told
        self.sources.append(came)

    def _keep(self, kind: Kind) -> None:
        """Take a kind from the official data that are shown, which must be of the same year."""
        if store.official_year(self.settings) != self.year:
            raise InputError("error.level_needs", year=str(self.year))
        where = store.official(self.settings)
        self.layers[kind] = at_hand.layer(where, kind)
        told = store.provenance(where)
        self.sources += [one for one in (told.sources if told else ()) if one.what == kind]

    def _explain(self, client: Client, year: int) -> None:
        """Say which years there are, if that is what was wrong."""
        try:
            if pdok.has_outlines(client, self.settings, year):
                return
            years = range(pdok.OLDEST, datetime.now(UTC).year + 1)
            out = [str(one) for one in years if pdok.has_outlines(client, self.settings, one)]
        except FetchError:
            return
        if out:
            raise InputError("error.year_absent", year=str(year), known=", ".join(out))


def _carries(rows: Collection[dict[str, Any]]) -> bool:
    return any(official.INHABITANTS in row for row in rows)
