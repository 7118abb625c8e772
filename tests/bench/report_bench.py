"""How long a council report takes on one core: ``python -m tests.bench.report_bench``.

Prints a table in Markdown: medians of five of the whole report (figures, best places, maps, typesetting in a
process of its own, as the website does it), each time at another radius. Beside it a *reference* of the same
session, to tell how fast the computer is today: the same sentences, tables and ready drawings as a web page,
printed to PDF by headless Chromium that runs already; it has no tags, and its figures cost it nothing. The
limit: 2.5 s of one processor for a report, whatever else the computer does.
"""

import html
import os
import platform
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import psutil
from playwright.sync_api import Page, sync_playwright
from pypdf import PdfReader

from tests.bench.browser import chromium
from utils import boundaries, coverage, examples, picture, report_batch, report_pdf
from utils.models import Coverage
from utils.report_batch import Wishes
from utils.report_model import Chart, MapPlan, Report, Table
from utils.texts import Texts

EMBEDDED = Path(__file__).resolve().parents[2] / "data" / "embedded"
AREAS = ("GM0995", "GM0363", "GM1900", "GM0277", "PV24", "PV28", "NL")
LIMIT = 2.5
NL = Texts("nl")
WISHES = Wishes(500, "nl", "pdf", Path())


def seconds(work: Callable[[Wishes], object], times: int = 5) -> tuple[float, float]:
    """Median duration and processor time, each time at another radius, after one run to warm up."""
    work(Wishes(490, "nl", "pdf", Path()))
    found = []
    for i in range(times):
        wishes = Wishes(500 + i, "nl", "pdf", Path())
        start, busy = time.perf_counter(), processor()
        work(wishes)
        found.append((time.perf_counter() - start, processor() - busy))
    return statistics.median(one for one, _ in found), statistics.median(one for _, one in found)


def processor() -> float:
    """Seconds that this process and its children that ended kept a processor busy."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def as_page(current: Coverage, said: Report) -> str:
    """The content of a report as a plain web page, drawings and all."""
    parts = [f"<h1>{html.escape(said.finding)}</h1>"]
    for section in said.sections:
        parts.append(f"<h2>{html.escape(section.title)}</h2>")
        parts += [f"<p>{html.escape(one)}</p>" for one in section.sentences]
        for part in section.parts:
            if isinstance(part, MapPlan):
                parts.append(picture.bare_map(current, part, NL, 482, 320, 8))
            elif isinstance(part, Chart):
                parts.append(picture.bare_chart(part, NL, 482, 150, 9))
            elif isinstance(part, Table):
                rows = (("", *(column.label for column in part.columns)), *(("", *row) for row in part.rows))
                cells = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in rows)
                parts.append(f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>")
            else:
                parts += [
                    f"<p><b>{html.escape(word)}</b> {html.escape(rest)}</p>" for word, rest in part.items
                ]
    return f"<!doctype html><meta charset=utf-8><title>{html.escape(said.subject)}</title>{''.join(parts)}"


def printed(page: Page, content: str) -> bytes:
    """What Chromium prints of a page."""
    page.set_content(content)
    return page.pdf(format="A4", print_background=True)


def main() -> None:
    """Measure and print."""
    cores = os.cpu_count()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # Chromium too: it is a child
    current = coverage.measure(boundaries.load(EMBEDDED), examples.read_example(EMBEDDED))
    before = psutil.Process().memory_info().rss
    rows = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        about = f"Chromium {browser.version}"
        page = browser.new_page()
        for code in AREAS:
            said = report_batch.build(current, code, WISHES, NL)
            whole, busy = seconds(lambda wishes, code=code: report_batch.content(current, code, wishes))
            content = as_page(current, said)
            other, _ = seconds(lambda _, content=content: printed(page, content))
            made = report_pdf.write(current, said, NL)
            pages = len(PdfReader(BytesIO(made)).pages)
            rows.append((said.name, whole, busy, other, pages, len(made) / 1e3))
        browser.close()
    after = psutil.Process().memory_info().rss
    print(
        f"One of {cores} cores; Python {platform.python_version()}, typst {version('typst')}, {about}. "
        f"Memory that stays after these reports: {(after - before) / 1e6:.0f} MB.\n"
    )
    print("| report | ms | of the processor (≤ 2,500) | Chromium prints, ms | ratio | pages | kB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, whole, busy, other, pages, size in rows:
        good = "reached" if busy <= LIMIT else "not reached"
        print(
            f"| {name} | {whole * 1e3:,.0f} | {busy * 1e3:,.0f}, **{good}** | {other * 1e3:,.0f} | "
            f"{whole / other:.2f} | {pages} | {size:,.0f} |"
        )


if __name__ == "__main__":
    main()
