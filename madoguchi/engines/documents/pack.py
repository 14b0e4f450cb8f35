"""The shape of a letter in a pack (`documents/*.yaml`), and how it is published."""

from __future__ import annotations

import re
from typing import Literal

from django.utils.translation import gettext as _
from pydantic import Field, field_validator, model_validator

from madoguchi.kernel.packs import (
    Change,
    DeskPart,
    Located,
    PackFolder,
    PackPart,
    Publication,
    Shape,
    publish_all,
    register,
)
from madoguchi.kernel.refs import Actor
from madoguchi.kernel.text import nearest

from .letter import REFUSES

KIND = "letter"
FOLDER = "documents"

# What may stand in {{…}}, and what it becomes. A closed list: a pack cannot ask for anything else of a case.
PLACES = {
    "applicant": "氏名",
    "procedure": "手続きの名前",
    "case.receipt": "受付番号",
    "case.received_on": "受け付けた日（和暦）",
    "case.channel": "受け付けた方法",
    "decided_on": "決定した日（和暦）",
    "division": "担当課",
    "reason": "理由",
}
# What a procedure lets its staff decide: {{decided.amount}}. Which ones there are, the procedure's own file says.
DECIDED = re.compile(r"decided\.[a-z][a-z0-9_]{0,59}")
PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")

Words = str | list[str]


class LetterDefinition(Shape):
    """One kind of letter, in the words of the division that sends it."""

    letter: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: int = Field(ge=1)
    title: str = Field(min_length=1, max_length=60)
    decides: Literal["grants", "refuses", "acknowledges"]
    issuer: str = Field(min_length=1)
    opening: str = Field(min_length=1)
    body: list[str] = []
    closing: list[str] = []
    show_answers: bool = False
    appeal_notice: list[str] = []
    contact: list[str] = []

    @field_validator("body", "closing", "appeal_notice", "contact", mode="before")
    @classmethod
    def _one_is_a_list(cls, words: Words) -> Words:
        return [words] if isinstance(words, str) else words

    @field_validator("title", "issuer", "opening", "body", "closing", "appeal_notice", "contact")
    @classmethod
    def _only_known_places(cls, words: Words) -> Words:
        for text in [words] if isinstance(words, str) else words:
            for name in PLACE.findall(text):
                if name not in PLACES and not DECIDED.fullmatch(name):
                    raise ValueError(_no_such_place(name))
        return words

    @model_validator(mode="after")
    def _refusals_say_how_to_appeal(self) -> LetterDefinition:
        if self.decides == REFUSES and not self.appeal_notice:
            raise ValueError(
                _("認めない決定（decides: refuses）の通知書には、appeal_notice（教示）が要ります。")
            )
        if self.decides == REFUSES and (missing := _missing_of_notice(" ".join(self.appeal_notice))):
            raise ValueError(
                _(
                    "appeal_notice（教示）に「%s」がありません（行政不服審査法 第82条、行政事件訴訟法 第46条）。"
                )
                % "」「".join(missing)
            )
        return self

    def places(self) -> set[str]:
        """The places its words use."""
        texts = [self.title, self.issuer, self.opening, *self.body, *self.closing]
        return {name for text in (*texts, *self.appeal_notice, *self.contact) for name in PLACE.findall(text)}


# What the two laws want said: where to ask for a review and within three months, whom to sue within six.
_NOTICE = {
    "審査請求": re.compile("審査請求"),
    "〜に対して": re.compile("に対して"),
    "3か月": re.compile("(?<![0-9０-９])[3３][かカヶヵケ箇]月|三[かカヶヵケ箇]?月"),
    "取消しの訴え": re.compile("取消しの訴え|取消訴訟"),
    "〜を被告として": re.compile("被告"),
    "6か月": re.compile("(?<![0-9０-９])[6６][かカヶヵケ箇]月|六[かカヶヵケ箇]?月"),
}


def _missing_of_notice(notice: str) -> list[str]:
    return [name for name, said in _NOTICE.items() if not said.search(notice)]


def _no_such_place(name: str) -> str:
    close = nearest(name, PLACES)
    meant = _("{{%s}} ではありませんか。") % close if close else _("使えるもの: %s") % "、".join(PLACES)
    return _("{{%s}} に入るものはありません。") % name + meant


Letters = list[Located[LetterDefinition]]


def load(folder: PackFolder) -> Letters:
    """The letters of the pack; a key is used once."""
    letters: dict[str, Located[LetterDefinition]] = {}
    for found in folder.yaml_files(FOLDER, LetterDefinition):
        key = found.value.letter
        if key in letters:
            found.problem(
                "letter", _("「%(key)s」は %(file)s にもあります。") % {"key": key, "file": letters[key].file}
            )
        letters.setdefault(key, found)
    return list(letters.values())


def apply(letters: Letters, by: Actor) -> list[Change]:
    """Publish them. The words are part of the logic: the form of a decision changes by a new version only."""
    return publish_all(kind=KIND, part=FOLDER, publications=publications(letters))


def publications(letters: Letters) -> list[Publication]:
    """The letters as definitions to be published."""
    return [
        Publication(found.value.letter, found.value.version, found.data, {}, where=found) for found in letters
    ]


def take_part() -> None:
    """Called once the apps are loaded."""
    desk = DeskPart(KIND, publications)
    register(PackPart(folder=FOLDER, order=20, load=load, apply=apply, models=(LetterDefinition,), desk=desk))
