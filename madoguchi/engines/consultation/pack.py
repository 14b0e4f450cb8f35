"""packs/*/consultation: rules.yaml, calls/<call>.yaml of the past and opinions/<call>.csv, one row an opinion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from django.conf import settings
from django.utils.translation import gettext as _

from madoguchi.kernel import jobs
from madoguchi.kernel.packs import Change, Located, PackFolder, PackPart, register
from madoguchi.kernel.refs import Actor

from .services import bringing
from .shape import CallFile, OpinionRow, RulesFile

FOLDER = "consultation"
RULES = f"{FOLDER}/rules.yaml"


@dataclass(slots=True)
class ReadFolder:
    """The folder as read: each call with its rows."""

    rules: RulesFile = field(default_factory=lambda: RulesFile.model_validate({}))
    calls: list[tuple[Located[CallFile], list[Located[OpinionRow]]]] = field(default_factory=list)


def load(folder: PackFolder) -> ReadFolder:
    """Read the files. Reports totals that do not add up: a printed figure is either right or named in `notes`."""
    made = ReadFolder()
    rules = folder.yaml(RULES, RulesFile, optional=True)
    if rules is not None:
        made.rules = rules.value
    for call in folder.yaml_files(f"{FOLDER}/calls", CallFile):
        if PurePosixPath(call.file).stem != call.value.call:
            call.problem("call", _("ファイル名と同じにします。"))
        rows = folder.csv(f"{FOLDER}/opinions/{call.value.call}.csv", OpinionRow, unique="no")
        made.calls.append((call, rows))
        _adds_up(call, rows)
        _rows_fit(call, rows)
    return made


def _adds_up(call: Located[CallFile], rows: list[Located[OpinionRow]]) -> None:
    said = call.value
    if len(rows) != said.opinions:
        call.problem("opinions", _("意見は%(n)s行あります。") % {"n": len(rows)})
    printed = [one.printed for one in said.categories if one.printed is not None]
    if printed and sum(printed) != said.opinions:
        call.problem("categories", _("区分の合計が%(n)sで、件数と違います。") % {"n": sum(printed)})
    if said.sections and sum(one.printed for one in said.sections) != said.opinions:
        call.problem("sections", _("内訳の合計が件数と違います。"))
    counted = Counter(row.value.category for row in rows)
    if not counted[""]:
        for number, one in enumerate(said.categories):
            if one.printed is not None and counted[one.sign] != one.printed:
                message = _("行では%(n)s件です。") % {"n": counted[one.sign]}
                call.problem(("categories", number, "printed"), message)


def _rows_fit(call: Located[CallFile], rows: list[Located[OpinionRow]]) -> None:
    signs = {one.sign for one in call.value.categories}
    with_answer = {row.value.no for row in rows if row.value.answer}
    known = {row.value.no for row in rows}
    for row in rows:
        value = row.value
        if value.category and value.category not in signs:
            row.problem("category", _("この募集にない区分です。"))
        if value.answer_with is not None and value.answer_with not in with_answer:
            row.problem("answer_with", _("考え方の書いてあるNo.を書きます。"))
        if bool(value.answer) == (value.answer_with is not None):
            row.problem("answer", _("考え方の要約か、answer_with の、どちらか一方を書きます。"))
        if value.outcome and not value.outcome_words:
            row.problem("outcome_words", _("その後を一文で書きます。"))
        if value.outcome in {"done", "declined"} and not value.outcome_source:
            row.problem("outcome_source", _("実施・見送りには出典が要ります。"))
        if any(not one.isdecimal() or int(one) not in known for one in value.refers_to.split()):
            row.problem("refers_to", _("この募集のNo.を書きます。"))


def check(made: ReadFolder, folder: PackFolder) -> None:
    """What the rows point at must be there: items of the plan, pages and procedures of this installation."""
    plan = folder.loaded.get("plan")
    items = {entry.item for entry in plan.book.entries()} if plan is not None else None
    for _call, rows in made.calls:
        for row in rows:
            _items_there(row, items)
            _service_there(row, folder)


def _items_there(row: Located[OpinionRow], items: set[str] | None) -> None:
    for column, codes in (("items", row.value.items), ("outcome_item", row.value.outcome_item)):
        for code in codes.split():
            if items is not None and code not in items:
                row.problem(column, _("計画に「%s」という項目はありません。") % code)


def _service_there(row: Located[OpinionRow], folder: PackFolder) -> None:
    kind, _colon, key = row.value.outcome_service.partition(":")
    if not kind:
        return
    there = {"page": key in settings.PAGES, "procedures": folder.has(f"procedures/{key}.yaml")}
    if not there.get(kind, False):
        message = _("「%s」というサービスは、ここにはありません。")
        row.problem("outcome_service", message % row.value.outcome_service)


def apply(made: ReadFolder, by: Actor) -> Iterable[Change]:
    """Make the rows what the files say. Originals an operator supplied stay where they were laid over."""
    if (ruled := bringing.keep_rules(rules=made.rules, by=by)) is not None:
        yield Change(FOLDER, ruled, RULES)
    changed = False
    for call, rows in made.calls:
        kept = bringing.bring_call(call=call.value, rows=[row.value for row in rows], rules=made.rules, by=by)
        if kept is not None:
            changed = True
            yield Change(FOLDER, kept, call.value.title)
    if changed:
        jobs.enqueue("consultation.index")


register(
    PackPart(
        folder=FOLDER,
        order=35,
        load=load,
        check=check,
        apply=apply,
        models=(RulesFile, CallFile, OpinionRow),
    )
)
