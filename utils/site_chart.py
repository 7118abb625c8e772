"""How many people each number of new groups reaches: a curve that flattens. Pure."""

import numpy as np
import pandas as pd

from utils import charts
from utils.chart_look import Chart
from utils.classes import Theme
from utils.siting import Siting
from utils.texts import Texts


def curve(found: Siting, texts: Texts, theme: Theme) -> Chart:
    """The people gained by the first 0, 1, 2, … places."""
    gained = np.cumsum([0.0, *(site.gained for site in found.sites)])
    table = pd.DataFrame({"x": np.arange(len(gained)), "value": gained, "series": ""})
    return charts.lines(table, theme, "count", texts.t("sites.chart.x"))


def rows(found: Siting, texts: Texts) -> tuple[list[str], list[tuple[str, ...]]]:
    """The same as headings and rows of a table."""
    heads = [texts.t(f"column.{name}") for name in ("number", "gained", "gained_total")]
    total, made = 0.0, list[tuple[str, ...]]()
    for number, site in enumerate(found.sites, start=1):
        total += site.gained
        made.append((texts.number(number), texts.number(site.gained), texts.number(total)))
    return heads, made
