"""How a pack's `procedures/` becomes definitions and the register; what is refused before it does."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict, Field

from madoguchi.engines.forms.form import LISTS, WrongExpression
from madoguchi.engines.forms.pack import IS_WORD
from madoguchi.kernel import clock, packs, search
from madoguchi.kernel.identity.models import Division
from madoguchi.kernel.packs import (
    Change,
    ChangeKind,
    DeskPart,
    Located,
    PackFolder,
    PackPart,
    PackRefused,
    Problem,
    Publication,
)
from madoguchi.kernel.refs import Actor, Ref

from .definition import DottedKey, Example, ProcedureDef
from .letters import RECEIPT_COPY
from .linting import lint, unsent_letters
from .linting.register import lint_register
from .linting.retention import check_retention
from .models import Case, RegisterEntry
from .procedure import KIND, LESSONS, Procedure, compile_procedure
from .templates import OverlayFile, TemplateDef, published, written
from .told import check_letters

FOLDER = "procedures"
REGISTER = "procedures/register.csv"
NATIONAL = "procedures/national_procedures.csv"
# What people type who want to try it out first.
LESSON_WORDS = ("れんしゅう", "練習", "お試し", "スマホ教室", "使い方", "practice", "try", "练习", "연습")
_NAMES = re.compile(r"\s*[、,，;；]\s*")


class RegisterRow(BaseModel):
    """One row of `procedures/register.csv`, the register of all procedures the city has."""

    model_config = ConfigDict(extra="forbid")

    key: DottedKey
    title: str = Field(min_length=1, max_length=200)
    division: str
    kind: str = ""
    basis: str = ""
    ward_online_since: dt.date | None = None
    ward_online_by: str = ""
    since: dt.date | None = None
    ended_on: dt.date | None = None
    source: str = ""
    note: str = ""
    without_card: str = ""  # how it is done without the card: counter, post, phone (N-01, P4-2)


class NationalRow(BaseModel):
    """One row of `procedures/national_procedures.csv`: a procedure every municipality has, by its national id."""

    model_config = ConfigDict(extra="forbid")

    key: DottedKey
    title: str = Field(min_length=1)
    basis: str = ""


@dataclass(slots=True)
class Loaded:
    procedures: list[tuple[Located[ProcedureDef], Procedure, dict[str, dict[str, str]], Any]]
    register: list[Located[RegisterRow]]
    national: set[str]


def load(folder: PackFolder) -> Loaded:
    """Read and compile every procedure, and try its examples."""
    found = []
    for one in written(folder):
        located = one.located
        compiled = _compiled(folder, located)
        if compiled is None:
            continue
        for number, example in enumerate(located.value.examples):
            _try(located, compiled, number, example)
        lint(located, compiled)
        if one.is_template:
            continue
        logic, japanese = packs.split(located.data, IS_WORD)
        texts = folder.texts_beside(_path(located), japanese, carried=one.carried)
        found.append((located, compiled, texts, published(logic)))
    national = folder.csv(NATIONAL, NationalRow, unique="key", optional=True)
    return Loaded(
        procedures=found,
        register=folder.csv(REGISTER, RegisterRow, unique="key", optional=True),
        national={row.value.key for row in national},
    )


def _path(located: Located[ProcedureDef]) -> str:
    return f"{FOLDER}/{located.value.procedure}.yaml"


def _compiled(folder: PackFolder, located: Located[ProcedureDef]) -> Procedure | None:
    if not located.file.endswith(f"/{located.value.procedure}.yaml"):
        located.problem(
            "procedure", _("ファイルの名前と手続のキーがちがいます。"), f"{located.value.procedure}.yaml"
        )
        return None
    try:
        return compile_procedure(located.value)
    except WrongExpression as wrong:
        folder.wrong_rule(located, wrong.at, wrong.error)
        return None


def _try(located: Located[ProcedureDef], procedure: Procedure, number: int, example: Example) -> None:
    """Run an example of the file; a wrong one is a fault of the pack, as a failing test would be."""
    answers = _answers(example.given)
    today = located.value.checked_on
    eligible = procedure.eligible(answers, {}, today)
    said = {True: "yes", False: "no", None: "unknown"}[eligible.answer]
    got: dict[str, Any] = {
        "eligible": said,
        "documents": [document.id for document in procedure.documents(answers, {}, today)],
        "first": located.value.first_state,
        "because": eligible.because,
        "ask_next": eligible.ask_next,
    }
    for key, expected in example.then.items():
        at = f"examples.{number}.then.{key}"
        if key not in got:
            located.problem(at, _("例で確かめられるのは %s です。") % "、".join(got))
        elif got[key] != expected:
            located.problem(
                at,
                _("例のとおりになりません。"),
                _("書いてあること: %(said)s／結果: %(got)s") % {"said": expected, "got": got[key]},
            )


def _answers(given: dict[str, Any]) -> dict[str, Any]:
    """An example's answers as stored ones: yes and no are truth, dates are text, lists are complete."""
    answers: dict[str, Any] = {key: _plain(value) for key, value in given.items()}
    lists = [key for key, value in answers.items() if isinstance(value, list)]
    answers[LISTS] = {key: {"last": len(answers[key]), "complete": True} for key in lists}
    return answers


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [
            {key: _plain(part) for key, part in item.items()} if isinstance(item, dict) else item
            for item in value  # a plain item is an option that was ticked
        ]
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}  # a person, such as {birth: 1944-03-03}
    if isinstance(value, dt.date):
        return value.isoformat()
    return {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value


def check(loaded: Loaded, folder: PackFolder) -> None:
    """What must fit other parts: letters exist, divisions exist, counters are divisions."""
    letters = {letter.value.letter: letter.value for letter in folder.loaded.get("documents") or ()}
    forms = {form.value.form for form, _publication in folder.loaded.get("forms", ())}
    divisions = _divisions(folder)
    check_retention(loaded.procedures, folder)
    for located, procedure, _texts, _logic in loaded.procedures:
        shape = located.value
        check_letters(located, procedure, letters)
        for key, name in _named_divisions(shape):
            if divisions and name not in divisions:
                located.problem(key, _("「%s」という課は directory/divisions.csv にありません。") % name)
        if (
            shape.parent
            and shape.parent.version is None
            and shape.parent.id.partition("/")[2] not in loaded.national
        ):
            located.problem("parent.id", _("%s はひな型の一覧にありません。") % shape.parent.id, NATIONAL)
        for number, document in enumerate(shape.documents):
            if document.form and document.form not in forms:
                located.problem(
                    f"documents.{number}.form", _("「%s」という様式は forms にありません。") % document.form
                )
        for state, definition in shape.flow.items():
            if letters and definition.letter and definition.letter not in letters:
                located.problem(
                    f"flow.{state}.letter",
                    _("「%s」という通知書は documents にありません。") % definition.letter,
                )
    if loaded.procedures:
        unsent_letters(loaded.procedures, list(folder.loaded.get("documents") or ()), {RECEIPT_COPY})
    offered = [one[0] for one in loaded.procedures if not one[0].value.lesson]
    lint_register(loaded.register, {one.value.procedure: one for one in offered})
    _check_ends(loaded, folder)
    for row in loaded.register:
        if divisions and row.value.division not in divisions:
            row.problem(
                "division", _("「%s」という課は directory/divisions.csv にありません。") % row.value.division
            )


def _check_ends(loaded: Loaded, folder: PackFolder) -> None:
    """A division that receives applications may end only when another goes on with its work."""
    ending = {
        row.value.key: row.value
        for row in getattr(folder.loaded.get("directory"), "divisions", ())
        if row.value.valid_until is not None
    }
    for located, *_rest in loaded.procedures:
        row = ending.get(located.value.division)
        if row is None:
            continue
        said = {"name": row.name, "until": row.valid_until, "heir": row.passes_to}
        if row.passes_to:
            message = _("「%(name)s」は%(until)sで終わり、そのあとは「%(heir)s」が受け持ちます。") % said
            hint = _("次の版から、division を「%(heir)s」にします。それまでは、このままで動きます。") % said
            located.problem("division", message, hint, is_error=False)
        else:
            message = _("「%(name)s」は%(until)sで終わりますが、引きつぐ課がありません。") % said
            located.problem("division", message, _("directory/divisions.csv の passes_to に書きます。"))


def _refuse_orphans() -> None:
    """Nobody would see the open cases of a division that ends without a successor."""
    ending = Case.everything.filter(
        closed_at=None, practice=False, division__valid_until__isnull=False, division__passes_to=None
    )
    names = sorted(set(ending.order_by().values_list("division__name", flat=True)))
    if names:
        message = _("「%s」には、まだ終わっていない案件があります。") % "、".join(names)
        hint = _("divisions.csv にその課を残し、valid_until と passes_to を書きます。")
        raise PackRefused(FOLDER, [Problem("directory/divisions.csv", 0, "passes_to", message, hint)])


def _named_divisions(shape: ProcedureDef) -> Iterable[tuple[str, str]]:
    yield "division", shape.division
    for name in shape.channels.counter.at if shape.channels.counter else []:
        yield "channels.counter.at", name
    for state, definition in shape.flow.items():
        if definition.fetched is not None:
            for option, name in definition.fetched.divisions.items():
                yield f"flow.{state}.fetched.divisions.{option}", name


def _divisions(folder: PackFolder) -> set[str]:
    rows = getattr(folder.loaded.get("directory"), "divisions", ())
    return {row.value.key for row in rows}


def apply(loaded: Loaded, by: Actor) -> Iterable[Change]:
    """Publish the procedures, keep the register, tell the search."""
    _refuse_orphans()
    real, lessons = publications(loaded), publications(loaded, lessons=True)
    changes = packs.publish_all(kind=KIND, part=FOLDER, publications=real)
    changes += packs.publish_all(kind=f"{KIND}@{LESSONS}", part=FOLDER, publications=lessons)
    changes += _keep_register(loaded)
    announce(loaded)
    # What left the pack is no longer found; what was made on the screen is.
    search.keep_only("procedure", [_ref(one.key) for one in packs.definitions(KIND)])
    search.put_page("lessons", gettext_lazy("練習ページ"), names=LESSON_WORDS, there=bool(lessons))
    return changes


def publications(loaded: Loaded, *, lessons: bool = False) -> list[Publication]:
    """The procedures as definitions to be published, or the sample forms of the practice page."""
    return [
        Publication(located.value.procedure, located.value.version, logic, texts, where=located)
        for located, _procedure, texts, logic in loaded.procedures
        if located.value.lesson == lessons
    ]


def announce(loaded: Loaded) -> None:
    """Tell the search what is in force now."""
    for located, _procedure, texts, _logic in loaded.procedures:
        if not located.value.lesson:
            _index(located.value, texts)


def _ref(key: str) -> Ref:
    return Ref("procedures", "procedure", key)


def _keep_register(loaded: Loaded) -> list[Change]:
    before = {entry.key: entry for entry in RegisterEntry.objects.all()}
    known = set(Division.objects.values_list("key", flat=True))
    changes: list[Change] = []
    for row in loaded.register:
        value = row.value
        if value.division not in known:
            row.problem("division", _("この課がまだありません。"))
            continue
        fields = value.model_dump(exclude={"key", "division", "without_card"}) | {
            "division_id": value.division
        }
        old = before.pop(value.key, None)
        if old is None:
            RegisterEntry.objects.create(key=value.key, **fields)
            changes.append(Change(FOLDER, ChangeKind.ADDED, value.key))
        elif any(getattr(old, name) != field for name, field in fields.items()):
            RegisterEntry.objects.filter(pk=value.key).update(**fields)
            changes.append(Change(FOLDER, ChangeKind.CHANGED, value.key))
    for key, old in before.items():
        # Past years counted it: it ends, it is not forgotten.
        if old.ended_on is None:
            RegisterEntry.objects.filter(pk=key).update(ended_on=clock.today())
            changes.append(Change(FOLDER, ChangeKind.REMOVED, key))
    return changes


def _index(shape: ProcedureDef, texts: dict[str, dict[str, str]]) -> None:
    ref = _ref(shape.procedure)
    words = " ".join([*shape.catalog.life_events, shape.catalog.kind, shape.division])
    for language, said in texts.items():
        search.put(
            ref,
            kind="procedure",
            title=said.get("title") or shape.title,
            text=f"{said.get('summary') or shape.summary} {words}",
            language=language,
            names=_NAMES.split(said.get("also_called") or shape.also_called),
        )


packs.register(
    PackPart(
        folder=FOLDER,
        order=60,
        load=load,
        check=check,
        apply=apply,
        models=(ProcedureDef, TemplateDef, OverlayFile, RegisterRow, NationalRow),
        desk=DeskPart(KIND, publications, announce),
    )
)
