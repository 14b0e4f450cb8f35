"""The shape of a form in a pack file: pages and fields, every personal one with its ground and its keeping time."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

FieldType = Literal[
    "person",
    "choice",
    "yes_no",
    "date",
    "address",
    "bank_account",
    "text",
    "long_text",
    "number",
    "money",
    "choices",
    "consent",
    "signature",
    "phone",
    "email",
    "list",
]
PersonPart = Literal["name", "other_names", "birth", "address", "phone", "email"]
# Which of somebody's names a paper may show: the legal one, with the former surname (旧氏), the alias (通称).
NameUse = Literal["legal", "former", "alias"]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
MOST_ITEMS = 20
# Asked anew every time: a signature or a date of one application says nothing about the next.
NEVER_REUSED = {"signature", "consent", "date"}
PERSONAL = {"signature", "person", "bank_account", "address", "phone", "email"}


class FieldDef(BaseModel):
    """One field of a pack file. `ground` (根拠) and `keep` are required: nothing is asked without a reason."""

    model_config = ConfigDict(extra="forbid")

    type: FieldType
    label: str = ""  # what it is called in a case, a letter, a summary
    question: str = ""  # how it is asked; without it the label is
    why: str = ""  # why it is asked, in words for residents; without it the ground is shown
    hint: str = ""
    hints: dict[PersonPart, str] = {}  # for single parts of a person
    ground: str = Field(min_length=1)
    keep: Literal["case", "until_closed"]
    # Words typed freely are personal unless the pack says `none` aloud: people write what nobody asked for.
    sensitivity: Literal["none", "personal", "secret"] | None = None
    required: bool = True
    # profile: what the person let us keep of themselves; household: of those they stated before. Both only by opt-in.
    reuse: Literal["profile", "household", "never"] | None = None
    lookup: Literal["exact"] | None = None
    shown_when: str = ""
    options: dict[Key, str] = {}
    no_later_than: Literal["", "today"] = ""
    no_earlier_than: Literal["", "today"] = ""
    least: int | None = None
    most: int | None = None
    unit: str = ""
    statement: str = ""  # what is agreed to (consent) or confirmed with one's name (signature)
    names: list[NameUse] = ["legal"]
    parts: list[PersonPart] = []
    holder: str = ""
    of: Literal["", "person", "record"] = ""
    each: str = ""
    at_least: int = 0
    at_most: int = MOST_ITEMS
    fields: dict[Key, FieldDef] = {}

    @model_validator(mode="after")
    def _fits_its_type(self) -> FieldDef:
        if (self.type in {"choice", "choices"}) != bool(self.options):
            raise ValueError(_("options は choice と choices だけに書き、この2つには必ず書きます。"))
        if (self.type in {"consent", "signature"}) != bool(self.statement):
            raise ValueError(_("statement は consent と signature に書き、この2つには必ず書きます。"))
        if self.type in NEVER_REUSED and self.reuse not in {None, "never"}:
            raise ValueError(_("%s は毎回あらためて書いていただくので、reuse は書けません。") % self.type)
        is_people = self.type == "person" or self.of == "person"
        if (self.reuse == "household" and not is_people) or (self.reuse == "profile" and self.type == "list"):
            raise ValueError(
                _("reuse: household は人（person、person の list）に、profile は list でない項目に書きます。")
            )
        if self.fields and self.type != "list":
            raise ValueError(_("fields を持てるのは list だけです。"))
        if self.type == "list" and not self.of:
            raise ValueError(_("list には of（person か record）を書きます。"))
        is_personal = self.type in PERSONAL or self.of == "person"
        if is_personal and self.sensitivity in {None, "none"}:
            raise ValueError(_("%s には sensitivity（personal か secret）を書きます。") % self.type)
        if self.type not in {"person", "list"} and not self.label and self.type != "bank_account":
            raise ValueError(_("label を書きます。"))
        if any(inner.type == "list" for inner in self.fields.values()):
            raise ValueError(_("list の中に list は書けません。別の項目に分けます。"))
        return self


class PageDef(BaseModel):
    """Fields that belong together, under one title."""

    model_config = ConfigDict(extra="forbid")

    id: Key
    title: str
    fields: dict[Key, FieldDef] = Field(min_length=1)


def item_name(key: str, field: FieldDef) -> str:
    """What one item of a list is called in expressions: `each`, or the singular of the key."""
    if field.each:
        return field.each
    return {"children": "child", "people": "person"}.get(key, key.removesuffix("s") if key != "s" else "item")
