"""The house rules that a machine can hold: who may import, open, read and print what."""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UTILS = {path.stem: path for path in (ROOT / "utils").glob("*.py") if path.stem != "__init__"}
WEB = {path.stem: path for path in [*ROOT.glob("*.py"), *(ROOT / "pages").glob("*.py")]}
PRODUCT = UTILS | WEB

# What a room may import of the other rooms. Data flow one way, so no room is above its own users.
BASE = {"errors", "models"}
ROOMS: dict[str, set[str]] = {
    "errors": set(),
    "models": set(),
    "settings": {"errors"},
    "texts": {"errors"},
    "sampling": {"models"},
    "boundaries": BASE,
    "consistency": BASE,
    "geoparquet": set(),
    "store": BASE | {"settings"},
    "outlines": {"models"},
    "topojson": {"models"},
    "official": BASE | {"boundaries", "outlines"},
    "assemble": BASE | {"geoparquet", "official", "outlines", "sampling"},
    "at_hand": BASE | {"assemble", "boundaries", "official"},
    "local_files": BASE | {"official", "store", "topojson"},
    "http_client": {"errors"},
    "paging": BASE | {"http_client", "official", "store", "topojson"},
    "pdok": BASE | {"http_client", "official", "paging", "settings", "store", "topojson"},
    "progress": {"errors"},
    "police": BASE | {"crime", "http_client", "official", "paging", "settings", "store"},
    "crime_store": BASE | {"crime", "settings", "store"},
    "crime_refresh": BASE
    | {"boundaries", "crime", "crime_store", "http_client", "police", "progress", "settings", "store"},
    "gather": BASE
    | {"at_hand", "http_client", "local_files", "official", "pdok", "progress", "settings", "store"},
    "refresh": BASE
    | {"assemble", "at_hand", "boundaries", "crime_refresh", "crime_store", "gather", "http_client"}
    | {"official", "pdok", "progress", "settings", "store"},
    "mergers": BASE,
    "name_index": set(),
    "locate": BASE | {"mergers", "name_index"},
    "typed": BASE | {"locate", "name_index"},
    "gazetteer": BASE | {"locate", "store"},
    "locatieserver": BASE | {"http_client"},
    "postcodes": BASE | {"locatieserver", "settings"},
    "finder": BASE | {"coverage", "gazetteer", "locate", "name_index", "typed"},
    "online_search": BASE | {"finder", "http_client", "locatieserver", "postcodes", "settings", "typed"},
    "schema": set(),
    "store_errors": {"errors"},
    "database": {"errors", "schema", "store_errors"},
    "changelog": {"access", "database", "schema"},
    "registry": BASE | {"database", "schema", "settings"},
    "backup": {"access", "changelog", "database", "errors", "schema", "store_errors"},
    "examples": BASE,
    "group_source": BASE | {"examples", "registry", "settings"},
    "access": {"errors"},
    "door": {"access", "errors", "settings"},
    "serving": {"errors", "settings"},
    "import_model": BASE,
    "sheet_limits": {"errors"},
    "sheet_csv": {"errors", "import_model", "sheet_limits"},
    "sheet_zip": {"errors"},
    "sheet_xlsx": {"errors", "sheet_limits", "sheet_zip"},
    "sheet_ods": {"errors", "sheet_limits", "sheet_zip"},
    "sheet_geojson": {"errors", "sheet_limits"},
    # these and no more: a child process must start at once
    "sheet_child": {"errors", "sheet_geojson", "sheet_limits", "sheet_ods", "sheet_xlsx", "sheet_zip"},
    "sheet_process": {"errors", "import_model"},
    "sheet_outlines": {"import_model", "outlines"},
    "sheets": BASE | {"import_model", "sheet_csv", "sheet_limits", "sheet_outlines", "sheet_process"},
    "differences": {"models"},
    "matching": {"differences", "import_model", "locate", "models"},
    "list_words": {"locate", "models"},
    "cell_values": {"group_rules", "import_model", "list_words", "locate"},
    "dutch_dates": {"cell_values", "import_model"},
    "coordinates": {"cell_values", "import_model", "models"},
    "headings": {"cell_values", "coordinates", "import_model", "list_words", "locate"},
    "near": {"models"},
    "stated_places": {"cell_values", "locate", "mergers", "models"},
    "ground": {"coverage", "models", "stated_places"},
    "import_rows": {"cell_values", "errors", "import_model"},
    "import_coordinates": {"cell_values", "coordinates", "ground", "import_model", "import_rows", "models"},
    "import_places": BASE
    | {"coordinates", "ground", "group_rules", "import_coordinates", "import_model", "import_rows"}
    | {"stated_places"},
    "import_people": {"cell_values", "dutch_dates", "group_rules", "import_model", "import_rows"},
    "group_import": {"models", "cell_values", "dutch_dates", "ground", "group_rules", "import_model"}
    | {"import_people", "import_places", "import_rows", "locate", "mergers", "near", "stated_places"},
    "plans": BASE | {"differences", "group_rules", "import_model", "locate", "matching"},
    "group_rows": {"models", "registry", "schema"},
    "import_contacts": {"access", "changelog", "contacts", "database", "group_search", "import_model"}
    | {"locate", "models", "schema", "traces"},
    "import_undo": BASE
    | {"access", "changelog", "database", "group_rows", "group_search", "import_contacts", "registry"}
    | {"schema", "traces"},
    "problem_rows": {"export", "import_model", "texts"},
    "import_flow": BASE
    | {"cell_values", "export", "gazetteer", "group_import", "headings", "import_model", "locate", "mergers"}
    | {"plans", "postcodes", "sheets"},
    "imports": BASE
    | {"access", "changelog", "database", "group_rows", "import_contacts", "import_model", "import_undo"}
    | {"registry", "schema"},
    "import_work": BASE
    | {"access", "database", "group_import", "import_contacts", "import_flow", "import_model", "imports"}
    | {"plans", "postcodes", "problem_rows", "registry", "settings", "store", "texts"},
    "running": {"errors"},
    "import_words": BASE | {"coverage", "group_words", "import_model", "texts"},
    "list_template": {"import_model", "texts"},
    "coverage": BASE | {"sampling"},
    "crime": BASE | {"coverage"},
    "crime_words": {"coverage", "crime", "texts"},
    "group_rules": BASE,
    "group_search": BASE | {"access", "database", "group_rules", "registry", "schema"},
    "history": {"access", "database", "models", "schema"},
    "edits": BASE
    | {"access", "changelog", "database", "group_rules", "group_search", "history", "registry", "schema"},
    "traces": {"schema"},
    "contacts": BASE | {"access", "changelog", "database", "group_rules", "group_search", "schema", "traces"},
    "inbox": BASE
    | {"access", "changelog", "contacts", "database", "edits", "group_rules", "group_search"}
    | {"schema", "traces"},
    "identifiers": {"errors"},
    "cards": {"identifiers"},
    "erasure": {"access", "cards", "changelog", "database", "group_search", "identifiers", "inbox"}
    | {"schema", "traces"},
    "health": BASE | {"coverage", "database", "mergers", "schema"},
    "intake": BASE | {"contacts", "group_rules", "inbox", "registry", "settings"},
    "joining": {"database", "group_rules", "group_search", "registry", "settings"},
    "public_address": {"texts"},
    "qr": set(),
    "invitation": {"texts"},
    "lettering": {"errors"},
    "typst_child": set(),  # no more: a child process must start at once
    "typesetting": {"errors", "lettering", "typst_child"},
    "svg": {"lettering"},
    "map_frame": {"models", "report_model", "summaries"},
    "map_labels": {"lettering", "map_frame", "maps", "models", "report_model", "summaries", "svg"},
    "map_drawing": {"classes", "coverage", "map_frame", "map_geometry", "map_labels", "maps", "models"}
    | {"report_model", "summaries", "svg"},
    "chart_drawing": {"chart_look", "lettering", "report_model", "svg", "texts"},
    "picture": BASE
    | {"chart_drawing", "lettering", "map_drawing", "map_labels", "report_model", "svg", "texts"}
    | {"typesetting"},
    "report_pdf": {"chart_drawing", "map_frame", "models", "picture", "report_model", "texts", "typesetting"},
    "poster": {"invitation", "qr", "texts", "typesetting"},
    "freshness": BASE | {"coverage"},
    "freshness_words": BASE | {"freshness", "texts", "wording"},
    "summaries": BASE | {"coverage"},
    "growth": BASE | {"coverage"},
    "discs": {"models"},
    "siting_bound": {"discs", "models"},
    "siting_exact": {"discs", "models"},
    "siting_search": {"discs", "models"},
    "siting": BASE | {"coverage", "discs", "siting_bound", "siting_exact", "siting_search", "summaries"},
    "site_table": {"map_geometry", "models", "siting", "summaries"},
    "site_map": {"classes", "map_geometry", "maps", "siting"},
    "site_chart": {"chart_look", "charts", "classes", "siting", "texts"},
    "site_view": {"address", "models", "siting", "summaries"},
    "site_words": BASE | {"chart_look", "siting", "texts", "wording"},
    "verdict": BASE | {"coverage", "map_geometry", "upkeep"},
    "verdict_words": {"map_geometry", "summaries", "texts", "verdict"},
    "nearby_map": {"classes", "map_geometry", "maps", "verdict"},
    "address": BASE | {"coverage", "texts"},
    "classes": BASE,
    "published": BASE,
    "published_points": BASE | {"mergers", "published"},
    "fetched": BASE | {"store", "texts"},
    "wording": BASE
    | {"classes", "coverage", "crime", "crime_words", "maps", "published", "siting", "summaries", "texts"},
    "map_geometry": BASE | {"summaries"},
    "maps": BASE | {"classes", "coverage", "map_geometry", "summaries", "texts"},
    "upkeep": {"errors", "models"},
    "pending": BASE | {"edits"},
    "group_words": BASE | {"map_geometry", "texts"},
    "pin_map": BASE | {"classes", "map_geometry", "maps"},
    "chart_look": {"classes", "texts"},
    "charts": {"chart_look", "classes", "models", "texts"},
    "rankings": {"models"},
    "league_view": {"address", "models", "rankings", "summaries"},
    "league_words": {
        *("chart_look", "charts", "league_view", "models", "rankings", "summaries", "texts", "wording"),
    },
    "peers": {"models", "summaries"},
    "compare_words": {"locate", "models", "peers", "summaries", "texts", "wording"},
    "beside_words": {"chart_look", "charts", "models", "peers", "rankings", "summaries", "texts", "wording"},
    "published_counts": {"growth", "models", "published_points"},
    "published_words": {"published", "published_counts", "published_points", "texts"},
    "gap_filter": BASE | {"address", "locate"},
    "gap_view": BASE | {"address", "gap_filter", "summaries"},
    "gap_map": {"classes"},
    "gap_words": BASE | {"gap_filter", "summaries", "texts", "wording"},
    "extracts": BASE
    | {"coverage", "crime", "freshness", "gap_filter", "league_view", "rankings", "site_table", "siting"}
    | {"summaries"},
    "export": BASE | {"crime_words", "extracts", "summaries", "texts"},
    "open_data": BASE | {"export", "extracts", "texts"},
    "report_model": {"models", "texts", "wording"},
    "report_story": {"models", "peers", "report_model", "summaries", "texts", "wording"},
    "report_gaps": {"classes", "coverage", "maps", "models", "report_model", "report_story", "summaries"}
    | {"wording"},
    "report_growth": {"growth", "growth_words", "report_model", "report_story"},
    "report_sites": {"map_labels", "report_gaps", "report_model", "report_story", "site_words", "siting"},
    "report_sections": {"beside_words", "invitation", "locate", "models", "report_gaps", "report_growth"}
    | {"report_model", "report_sites", "report_story", "summaries", "wording"},
    "growth_words": BASE | {"chart_look", "coverage", "growth", "published_points", "texts"},
    "growth_chart": BASE
    | {"chart_look", "charts", "classes", "growth", "growth_words", "published_points", "texts"},
    "slides": {"report_model", "wording"},
    "deck_data": {"report_model", "slides", "texts", "wording"},
    "steady_zip": set(),
    "pptx_template": {"texts"},
    "pptx_text": {"lettering", "pptx_template", "report_model", "svg", "texts"},
    "pptx_chart": {"pptx_template", "pptx_text", "report_model", "svg", "texts"},
    "pptx_table": {"pptx_template", "pptx_text", "report_model", "texts"},
    "report_pptx": {
        "models",
        "picture",
        "pptx_chart",
        "pptx_table",
        "pptx_template",
        "pptx_text",
        "report_model",
        "slides",
    }
    | {"steady_zip", "svg", "texts"},
    "report": BASE
    | {"coverage", "report_model", "report_sections", "report_story", "summaries", "texts", "wording"},
}
STAFF_PAGES = {"staff", "staff_sections", "staff_register", "staff_table", "staff_bulk", "staff_conflict"}
STAFF_PAGES |= {"staff_export"}
STAFF_PAGES |= {"staff_group", "staff_form", "staff_new", "staff_place", "staff_contacts"}
STAFF_PAGES |= {"staff_inbox", "staff_log"}
STAFF_PAGES |= {"staff_import", "staff_import_desk", "staff_import_file", "staff_import_columns"}
STAFF_PAGES |= {"staff_import_problems", "staff_import_repairs", "staff_import_row", "staff_import_preview"}
STAFF_PAGES |= {"staff_import_done"}
STEPS = {"steps", "steps_start", "steps_form"}
# These put the rooms together and may import them all.
ROOTS = STAFF_PAGES | STEPS | {"cached", "ui", "widgets", "search_box", "tables", "sign_in"}
ROOTS |= {"cli", "cli_input", "cli_register", "cli_import", "cli_output", "cli_report", "cli_sites"}
ROOTS |= {"report_batch"}
GROWTH = {"moment", "compare_growth"}
ROOTS |= GROWTH
ANSWER = {"answer", "answer_share", "whereabouts"}
GAPS = {"gaps_list", "gaps_filters", "gaps_table", "gaps_sites"}
EMBED = {"copy_line", "embed"}
COMPARE = {"chart_box", "compare_controls", "compare_league", "compare_beside", "compare_published"}
COUNCIL = {"cached_report", "deck", "report_files", "report_page"}
ROOTS |= ANSWER | EMBED | COUNCIL | COMPARE | GAPS

# The rooms of the register's database.
REGISTER = {"schema", "store_errors", "database", "changelog", "registry", "backup"}
REGISTER |= {"group_search", "history", "edits", "contacts", "inbox", "traces", "erasure", "health"}
REGISTER |= {"imports", "import_contacts", "import_undo", "group_rows"}
NETWORK = ("requests", "httpx", "aiohttp", "ssl", "ftplib", "http", "urllib3", "urllib.request")
ONLY_IN: dict[str, set[str]] = {
    "streamlit": STAFF_PAGES
    | STEPS
    | ANSWER
    | GROWTH
    | EMBED
    | COUNCIL
    | COMPARE
    | GAPS
    | {"ui", "widgets", "search_box", "tables", "sign_in", "door", "cached", *WEB},
    "streamlit_folium": {"ui"},
    "folium": {"maps"},
    "altair": {"charts", "growth_chart"},
    "vl_convert": {"chart_look"},
    "branca": {"maps"},
    "sqlalchemy": REGISTER,
    "pptx": {"pptx_chart", "pptx_table", "pptx_template", "pptx_text"},
    **{module: {"http_client"} for module in NETWORK},
    "tenacity": {"http_client"},
    "typst": {"typst_child"},
    "socket": {"http_client", "serving"},  # serving: is the port of the website free?
}
PURE = {"coverage", "siting", "summaries", "sampling", "classes", "consistency", "outlines", "topojson"}
PURE |= {"discs", "siting_bound", "siting_exact", "siting_search"}
PURE |= {"crime", "verdict", "freshness", "growth", "rankings", "peers", "published_counts"}
IMPURE_MODULES = {
    "os",
    "io",
    "sys",
    "time",
    "random",
    "pathlib",
    "logging",
    "tempfile",
    "shutil",
    "subprocess",
}
IMPURE_CALLS = {"open", "input", "print", "today", "now", "utcnow", "read_text", "read_bytes", "read_parquet"}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def installed() -> Mapping[str, list[str]]:
    """Module → the installed packages that bring it."""
    return packages_distributions()


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree(path)))


def imports(path: Path) -> Iterator[str]:
    """Dotted names that a module imports, also inside its functions."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls(path: Path) -> Iterator[str]:
    """The last name of everything that a module calls."""
    for node in nodes(path):
        if isinstance(node, ast.Call):
            yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def rooms(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports(path) if name.startswith("utils.")}


def within(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


def test_the_scan_sees_this_project() -> None:
    assert {"errors", "models", "settings"} <= UTILS.keys()
    assert "error" not in rooms(UTILS["registry"])
    assert rooms(UTILS["registry"]) == {"database", "models", "schema", "settings"}
    assert "read_bytes" in set(calls(UTILS["examples"]))


@pytest.mark.parametrize("room", sorted(UTILS))
def test_data_flow_one_way(room: str) -> None:
    if room in ROOTS:
        assert "cli" not in rooms(UTILS[room])
        return
    assert room in ROOMS, (
        f"utils/{room}.py is a new room: give it a line in ROOMS and in docs/architecture.md"
    )
    assert rooms(UTILS[room]) <= ROOMS[room]


def test_the_table_of_rooms_has_no_circle() -> None:
    done: set[str] = set()
    while ready := {room for room, above in ROOMS.items() if above <= done} - done:
        done |= ready
    assert done == ROOMS.keys()


@pytest.mark.parametrize("name", sorted(PRODUCT))
def test_each_outside_library_has_its_room(name: str) -> None:
    found = set(imports(PRODUCT[name]))
    for module, allowed in ONLY_IN.items():
        assert name in allowed or not any(within(one, module) for one in found), f"{name} imports {module}"


@pytest.mark.parametrize("name", sorted(PRODUCT))
def test_the_product_needs_no_more_than_its_requirements(name: str) -> None:
    """What only tests or makers need is not there where the app runs."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = {re.sub(r"[-_.]+", "-", line.partition("==")[0]).lower() for line in lines}
    makers = installed()
    for module in {one.partition(".")[0] for one in imports(PRODUCT[name])}:
        if module in sys.stdlib_module_names or module in ("utils", "data"):
            continue
        packages = {re.sub(r"[-_.]+", "-", maker).lower() for maker in makers[module]}
        assert packages & pinned, f"{name} imports {module}: give it a line in requirements.txt"


@pytest.mark.parametrize("room", sorted(PURE & UTILS.keys()))
def test_the_calculating_rooms_are_pure(room: str) -> None:
    assert {name.partition(".")[0] for name in imports(UTILS[room])} & IMPURE_MODULES == set()
    assert set(calls(UTILS[room])) & IMPURE_CALLS == set()
    assert not rooms(UTILS[room]) & {"settings", "texts", "registry", "boundaries"}


@pytest.mark.parametrize("name", sorted(PRODUCT.keys() - {"cli"}))
def test_only_the_command_line_prints(name: str) -> None:
    assert "print" not in set(calls(PRODUCT[name]))


@pytest.mark.parametrize("name", sorted(PRODUCT))
def test_no_blind_except(name: str) -> None:
    for node in nodes(PRODUCT[name]):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            assert caught not in ("everything", "Exception", "BaseException"), f"{name}, line {node.lineno}"


@pytest.mark.parametrize("name", sorted(WEB))
def test_a_page_is_short(name: str) -> None:
    assert len(WEB[name].read_text(encoding="utf-8").splitlines()) <= 100


@pytest.mark.parametrize("name", sorted(PRODUCT))
def test_every_public_name_says_what_it_does(name: str) -> None:
    module = tree(PRODUCT[name])
    assert ast.get_docstring(module), f"{name} has no docstring"
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{name}.{node.name} has no docstring"
