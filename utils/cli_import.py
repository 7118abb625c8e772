"""The terminal's ``import`` and ``undo``: a user's list into the register, and out of it again."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from utils import boundaries, dutch_dates, import_flow, postcodes, problem_rows, store
from utils.access import COMMAND_LINE
from utils.errors import InputError, reason
from utils.import_flow import Register, Wishes
from utils.import_model import Field, Import, Plan, Repair, Table
from utils.settings import Settings, settings
from utils.sheet_limits import SIZE
from utils.texts import Texts

_help = Texts("nl").t
commands = typer.Typer()
_SHOWN: Final = 20  # as many problems are told one by one

Language = Annotated[str, typer.Option("--taal", help=_help("cli.taal"), metavar="nl|en")]
Json = Annotated[bool, typer.Option("--json", help=_help("cli.json"))]


@commands.command("import", help=_help("cli.import"))
def import_(
    file: Annotated[Path, typer.Argument(help=_help("cli.import_file"), show_default=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_help("cli.import_dry"))] = False,
    strict: Annotated[bool, typer.Option("--strict", help=_help("cli.import_strict"))] = False,
    complete: Annotated[bool, typer.Option("--complete", help=_help("cli.import_complete"))] = False,
    repair: Annotated[bool, typer.Option("--repair", help=_help("cli.import_repair"))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=_help("cli.import_yes"))] = False,
    sheet: Annotated[str, typer.Option(help=_help("cli.import_sheet"))] = "",
    column: Annotated[list[str] | None, typer.Option(help=_help("cli.import_column"))] = None,
    consent: Annotated[str, typer.Option(help=_help("cli.import_consent"))] = "",
    problems: Annotated[Path | None, typer.Option(help=_help("cli.import_problems"))] = None,
    as_json: Json = False,
    taal: Language = "nl",
) -> None:
    """Check a list and put its groups in the register: all rows without an error, or nothing."""
    texts, options, bar = Texts(taal), settings(), _Bar(Texts(taal))
    content = _content(file)
    table = import_flow.choose(import_flow.tables(content, file.name), sheet)
    wishes = Wishes(complete, _consent(consent), mend=repair)
    done = _plan(table, _chosen(column or []), wishes, options, bar)
    if problems is not None:
        _write(problems, problem_rows.workbook(table, done.plan.checked, texts, done.columns))
    refused = _refused(done.plan, strict, sure=yes or dry_run)
    if refused is None and not dry_run:
        done = _commit(done, import_flow.short_name(file.name), import_flow.digest(content), options, bar)
    bar.close()
    told = _facts(done, file.name, texts) | {"dry_run": dry_run, "written": done.made is not None}
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else _summary(done, told, texts))
    if refused is not None:
        raise refused


@commands.command("undo", help=_help("cli.undo"))
def undo_(
    import_id: Annotated[int, typer.Argument(help=_help("cli.undo_id"), show_default=False)],
    keep_changed: Annotated[bool, typer.Option("--keep-changed", help=_help("cli.undo_keep"))] = False,
    taal: Language = "nl",
) -> None:
    """Bring the register back to how it was before an import."""
    texts, options = Texts(taal), settings()
    if not options.has_register:
        raise InputError("error.register_none")
    from utils import imports, registry  # SQLAlchemy: other commands start faster without

    counts = imports.undo(registry.engine_for(options), COMMAND_LINE, import_id, keep_changed)
    typer.echo(texts.t("cli.undone", id=str(import_id), **counts))
    if counts["kept"]:
        typer.echo(texts.t("cli.undone_kept", n=counts["kept"]))


@dataclass(frozen=True)
class _Done:
    """How far the import of a table is."""

    table: Table
    columns: dict[int, Field]
    plan: Plan
    repairs: Mapping[int, Repair]
    fresh: bool  # there was no register yet
    made: Import | None = None
    nothing: InputError | None = None


def _plan(table: Table, chosen: Mapping[str, str], wishes: Wishes, options: Settings, bar: "_Bar") -> _Done:
    register, remembered = Register(), dict[str, str]()
    if options.has_register:
        from utils import imports, registry

        engine = registry.engine_for(options)
        revision, groups = imports.there(engine)
        register, remembered = Register(groups, revision), imports.remembered(engine)
    columns = import_flow.mapping(table, remembered, chosen)
    folder = store.current(options)
    known = import_flow.Postcodes(lambda codes: postcodes.lookup(codes, options))
    around = import_flow.context(
        boundaries.load(folder), folder, known, register, datetime.now(UTC).astimezone().date()
    )
    plan, repairs = import_flow.plan(table, columns, around, register, wishes, bar.tell)
    return _Done(table, columns, plan, repairs, not options.has_register)


def _refused(plan: Plan, strict: bool, sure: bool) -> InputError | None:
    """Why a plan is not carried out."""
    errors = sum(problem.severity == "error" for problem in plan.checked.problems)
    if strict and errors:
        return InputError("error.import_strict", n=errors)
    if not any(step.row is not None for step in plan.steps):
        return InputError("error.import_no_rows", rows=plan.counts["rows"])
    if plan.warnings and not sure:
        warning = plan.warnings[0]
        return InputError("error.import_sure", warning={"key": warning.key, "params": warning.params})
    return None


def _commit(done: _Done, name: str, sha256: str, options: Settings, bar: "_Bar") -> _Done:
    from utils import imports, registry

    engine, plan = registry.engine_for(options), done.plan
    if done.fresh:  # it has a revision now; if it has groups as well, somebody else was first
        revision, groups = imports.there(engine)
        plan = plan if groups else replace(plan, revision=revision)
    about = imports.About(name, sha256, import_flow.to_remember(done.table, done.columns))
    many = len(done.table.lines) >= import_flow.FEW

    def tell(written: int, total: int) -> None:
        if many:
            bar.tell("write", written, total)

    try:
        return replace(done, made=imports.commit(engine, COMMAND_LINE, plan, about, tell))
    except imports.NothingToDo as nothing:
        return replace(done, nothing=nothing)


def _facts(done: _Done, name: str, texts: Texts) -> dict[str, Any]:
    """What JSON says of an import; nothing of it is personal data."""
    plan, table = done.plan, done.table
    return {
        "file": import_flow.short_name(name),
        "sheet": table.sheet,
        "header": table.header,
        **plan.counts,
        "mapping": {table.headings[column]: field for column, field in done.columns.items()},
        "read_as": [texts.t(notice.key, **notice.params) for notice in plan.checked.read_as],
        "warnings": [texts.t(notice.key, **notice.params) for notice in plan.warnings],
        "repaired": sorted(done.repairs),
        "problems": [
            {
                "row": problem.row,
                "column": problem.column,
                "value": import_flow.shown(problem, table, done.columns),
                "expected": texts.t(problem.expected.key, **problem.expected.params),
                "severity": problem.severity,
            }
            for problem in plan.checked.problems
        ],
        "import": done.made.id if done.made else None,
        "peildatum": date.today().isoformat(),  # noqa: DTZ011  (the user's own day)
    }


def _summary(done: _Done, told: Mapping[str, Any], texts: Texts) -> str:
    """The same for people."""
    about = {name: told[name] for name in ("file", "sheet", "rows", "header")}
    lines = [texts.t("cli.import_read", **about)]
    lines += [texts.t("cli.import_taken", heading=one, field=field) for one, field in told["mapping"].items()]
    lines += [f"- {said}" for said in (*told["read_as"], *told["warnings"])]
    if told["repaired"]:
        lines.append(texts.t("cli.import_repaired", n=len(told["repaired"])))
    lines.append(texts.t("cli.import_counts", **done.plan.counts))
    found = told["problems"]
    for one in found[:_SHOWN]:
        said = {name: str(one[name]) for name in ("row", "column", "value", "expected")}
        lines.append(texts.t(f"cli.import_{one['severity']}", **said))
    if len(found) > _SHOWN:
        lines.append(texts.t("cli.import_more", n=len(found) - _SHOWN))
    if done.made:
        lines.append(texts.t("cli.imported", id=str(done.made.id)))
    elif done.nothing:
        lines.append(texts.t(done.nothing.key, **done.nothing.params))
    else:
        lines.append(texts.t("cli.import_not"))
    return "\n".join(lines)


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > SIZE:
            raise InputError("error.sheet_size", limit=SIZE // 1_000_000)
        return file.read_bytes()
    except FileNotFoundError:
        raise InputError("error.from_file", file=str(file)) from None
    except OSError as problem:
        raise InputError("error.import_unreadable", file=str(file), came=reason(problem)) from problem


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as problem:
        raise InputError("error.out", file=str(file), came=reason(problem)) from problem


def _chosen(came: Sequence[str]) -> dict[str, str]:
    """``Heading=field`` → heading → field."""
    for one in came:
        if "=" not in one:
            raise InputError("error.import_column", came=one)
    return {heading.strip(): field.strip() for heading, _, field in (one.rpartition("=") for one in came)}


def _consent(came: str) -> tuple[date, str] | None:
    """``date, how`` → both."""
    if not came:
        return None
    day, _, how = came.partition(",")
    found = dutch_dates.read(day.strip()).value
    if found is None or not how.strip():
        raise InputError("error.import_consent", came=came)
    return found, how.strip()


class _Bar:
    """How far it is, in a terminal."""

    def __init__(self, texts: Texts) -> None:
        self._texts, self._step = texts, ""
        self._bar: Any = None

    def tell(self, step: str, done: int, total: int) -> None:
        """Show it."""
        if not sys.stderr.isatty():
            return
        if step != self._step:
            self.close()
            label = self._texts.t(f"cli.import_step.{step}")
            self._step, self._bar = step, typer.progressbar(length=total, label=label, file=sys.stderr)
            self._bar.render_progress()
        self._bar.update(done - self._bar.pos)

    def close(self) -> None:
        """End the line."""
        if self._bar is not None:
            self._bar.render_finish()
        self._bar = None
