"""The questions a person is asked: one a screen on a phone, in the order of the form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from madoguchi.kernel import clock

from .definition import FieldDef
from .form import (
    LISTS,
    OPTIONAL_PARTS,
    Answers,
    Form,
    Leaf,
    facts_from,
    is_complete,
    is_sensitive,
    item_facts,
    item_leaves,
    leaves,
)
from .kinds import KINDS, full_name, paper_name


@dataclass(slots=True)
class Question:
    """One screen. `path` is its address (`children.2.birth`), `value` what was answered or None."""

    path: str
    kind: str
    page_id: str
    label: str
    hint: str = ""
    why: str = ""
    value: Any = None
    is_answered: bool = False
    is_required: bool = True
    options: list[tuple[str, str]] = field(default_factory=list)
    position: str = ""
    inputs: dict[str, str] = field(default_factory=dict)
    shown: str = ""
    short_label: str = ""
    number: int = 0
    total: int = 0
    item: str = ""  # "children.2" for a question inside an item
    is_sensitive: bool = False
    statement: str = ""  # what is agreed to, or confirmed with one's name
    paper_name: str = ""  # at a name: what the paper shows
    unit: str = ""  # of a number, beside its box
    whose: str = ""  # 「介護が必要な方の住所」: the part with the person it is of, for a list of places

    @property
    def place_label(self) -> str:
        """How the place is called where it stands alone: 「1人めのお子さん 生年月日」, 「介護が必要な方の住所」."""
        return f"{self.position} {self.short_label}" if self.position else self.whose or self.short_label

    @property
    def state(self) -> str:
        return "answered" if self.is_answered else "open"


@dataclass(slots=True)
class PageProgress:
    id: str
    title: str
    answered: int
    total: int
    questions: list[Question]

    @property
    def state(self) -> str:
        if self.total and self.answered == self.total:
            return "done"
        return "now" if self.answered else "todo"


@dataclass(slots=True)
class Sheet:
    """All questions that stand now, page by page, with what was answered."""

    pages: list[PageProgress]
    answers: dict[str, Any]

    @property
    def questions(self) -> list[Question]:
        return [question for page in self.pages for question in page.questions]

    def question(self, path: str) -> Question | None:
        return next((question for question in self.questions if question.path == path), None)

    @property
    def first_open(self) -> Question | None:
        return next((question for question in self.questions if not question.is_answered), None)

    @property
    def left(self) -> int:
        return sum(not question.is_answered for question in self.questions)

    @property
    def is_complete(self) -> bool:
        return self.first_open is None

    def before(self, path: str) -> Question | None:
        """The question before `path`; None when it is the first."""
        questions = self.questions
        for place, question in enumerate(questions[1:]):
            if question.path == path:
                return questions[place]
        return None


def build(form: Form, answers: Answers, texts: Mapping[str, str]) -> Sheet:
    """The sheet of a form for these answers. `texts` maps text paths to words in the reader's language."""
    facts = facts_from(form, answers, clock.today())
    pages = []
    for page in form.pages:
        questions = [
            question
            for key, definition in page.fields.items()
            if form.is_shown(key, facts)
            for question in _field_questions(form, key, definition, answers, facts, texts)
        ]
        for question in questions:
            question.page_id = page.id
        pages.append(
            PageProgress(
                id=page.id,
                title=_text(texts, f"pages.{page.id}.title", page.title),
                answered=sum(question.is_answered for question in questions),
                total=len(questions),
                questions=questions,
            )
        )
    sheet = Sheet(pages=pages, answers=dict(answers))
    for number, question in enumerate(all_questions := sheet.questions, start=1):
        question.number, question.total = number, len(all_questions)
    return sheet


def _field_questions(
    form: Form,
    key: str,
    definition: FieldDef,
    answers: Answers,
    facts: Mapping[str, Any],
    texts: Mapping[str, str],
) -> Iterator[Question]:
    if definition.type == "list":
        yield from _list_questions(form, key, definition, answers, facts, texts)
        return
    if definition.reuse == "profile":
        whose = pgettext("whose", "あなた")
    else:
        noun = _words(texts, f"fields.{key}", definition)
        whose = pgettext("whose: the name of a field", "%(noun)s") % {"noun": noun}
    record = answers.get(key) if definition.type == "person" else answers
    for leaf in leaves(key, definition, f"fields.{key}"):
        name = leaf.part or leaf.key
        yield _question(leaf, leaf.path, name, record or {}, texts, whose)


def _list_questions(
    form: Form,
    key: str,
    definition: FieldDef,
    answers: Answers,
    facts: Mapping[str, Any],
    texts: Mapping[str, str],
) -> Iterator[Question]:
    items = list(answers.get(key) or [])
    if not items and definition.at_least:
        items = [{"id": next_item_id(answers, key)}]
    noun = _words(texts, f"fields.{key}", definition)
    for place, item in enumerate(items, start=1):
        whose = full_name(item.get("name"))
        whose = (
            pgettext("whose", "%(name)sさん") % {"name": whose}
            if whose
            else pgettext("whose: one of a list", "%(noun)s") % {"noun": noun}
        )
        inside = item_facts(form, key, item, facts)
        position = _("%(place)s人めの%(noun)s") if definition.of == "person" else _("%(place)sつめの%(noun)s")
        for leaf in item_leaves(key, definition):
            if leaf.part == "" and not form.is_shown(f"{key}.{leaf.key}", inside):
                continue
            question = _question(leaf, f"{key}.{item['id']}.{leaf.path}", leaf.key, item, texts, whose)
            question.position = capfirst(position % {"place": place, "noun": noun})
            question.item = f"{key}.{item['id']}"
            question.is_sensitive = question.is_sensitive or is_sensitive(definition)
            yield question
    if len(items) < definition.at_most:
        said = is_complete(answers, key)
        label = _("ほかに%(noun)sはいますか") if items else _("%(noun)sはいますか")
        if definition.of != "person":
            label = _("ほかに%(noun)sはありますか") if items else _("%(noun)sはありますか")
        yield Question(
            path=f"{key}.more",
            kind="list_more",
            page_id="",
            label=label % {"noun": noun},
            short_label=label % {"noun": noun},
            why=texts.get(f"fields.{key}.why") or texts.get(f"fields.{key}.ground") or definition.ground,
            value=False if said else None,
            is_answered=bool(said),
            inputs=KINDS["yes_no"].fill(False if said else None),
            shown=_("いいえ") if said else "",
        )


def _question(
    leaf: Leaf, path: str, name: str, record: Mapping[str, Any], texts: Mapping[str, str], whose: str
) -> Question:
    definition, kind = leaf.field, KINDS[leaf.kind]
    value = record.get(name)
    own = {
        sub.removeprefix(leaf.text_path + "."): words
        for sub, words in texts.items()
        if sub.startswith(leaf.text_path + ".")
    }
    is_part = definition.type in {"person", "list"}
    short = own.get("label") or definition.label
    label, named = own.get("question") or definition.question or short, ""
    if is_part:
        label, short = _labels(name, whose)
        named = capfirst(_("%(whose)sの%(part)s") % {"whose": whose, "part": short})
    if leaf.kind == "bank_account" and not label:
        label = short = _("お金を受け取る口座")
    return Question(
        path=path,
        kind=leaf.kind,
        page_id="",
        label=label,
        short_label=short,
        hint=_hint(leaf, name, own) if is_part else own.get("hint", definition.hint),
        why=own.get("why") or definition.why or own.get("ground") or definition.ground,
        value=value,
        is_answered=name in record,
        is_required=is_required(leaf, name),
        options=kind.options(definition, own),
        inputs=kind.fill(value, definition),
        shown=kind.show(value, definition, own) if value is not None else "",
        is_sensitive=is_sensitive(definition),
        statement=own.get("statement") or definition.statement,
        unit=own.get("unit") or definition.unit,
        whose=named,
        paper_name=paper_name(value, record.get("other_names"), definition.names)
        if leaf.kind == "name"
        else "",
    )


def _hint(leaf: Leaf, part: str, own: Mapping[str, str]) -> str:
    """The words for this part of a person; what is said of the person as a whole stands at the name."""
    return own.get(f"hints.{part}", "") or (own.get("hint", "") if part == "name" else "")


def _labels(part: str, whose: str) -> tuple[str, str]:
    """How a part of a person is asked for, and how it is named in a summary."""
    asked, named = {
        "name": (_("%(whose)sの名前を書いてください"), _("氏名")),
        "other_names": (_("%(whose)sに旧氏や通称があれば、書いてください"), _("旧氏・通称")),
        "birth": (_("%(whose)sの生まれた日はいつですか"), _("生年月日")),
        "address": (_("%(whose)sの住所を書いてください"), _("住所")),
        "phone": (_("%(whose)sに連絡できる電話番号を書いてください"), _("電話番号")),
        "email": (_("%(whose)sのメールアドレスを書いてください"), _("メールアドレス")),
    }[part]
    return asked % {"whose": whose}, named


def is_required(leaf: Leaf, name: str) -> bool:
    """Whether it may not be left blank."""
    # A telephone or a mail address is offered, never demanded: there is always the post. Few have another name.
    if leaf.field.type in {"person", "list"} and name in OPTIONAL_PARTS:
        return False
    return leaf.field.required


def next_item_id(answers: Answers, key: str) -> str:
    """The name of the next item: numbers go up and are not used again, so an old window cannot hit a new item."""
    last = (answers.get(LISTS) or {}).get(key, {}).get("last", 0)
    return str(last + 1)


def _text(texts: Mapping[str, str], path: str, otherwise: str) -> str:
    return texts.get(path) or otherwise


def _words(texts: Mapping[str, str], path: str, definition: FieldDef) -> str:
    return texts.get(f"{path}.label") or definition.label
