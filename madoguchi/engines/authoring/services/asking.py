"""One question as a page writes it: its kind, its words, its reason, its condition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.engines.forms.definition import PERSONAL

from .. import conditions
from ..errors import WrongInput
from ..source import Source

Posted = Mapping[str, str]

# The kinds a page can write; what has more inside (a list of records) is written as YAML.
KINDS = {
    "text": gettext_lazy("短い文"),
    "long_text": gettext_lazy("長い文"),
    "choice": gettext_lazy("1つ選ぶ"),
    "choices": gettext_lazy("いくつか選ぶ"),
    "yes_no": gettext_lazy("はい・いいえ"),
    "number": gettext_lazy("数"),
    "money": gettext_lazy("金額"),
    "date": gettext_lazy("日付"),
    "person": gettext_lazy("人（氏名、生年月日、住所など）"),
    "address": gettext_lazy("住所"),
    "phone": gettext_lazy("電話番号"),
    "email": gettext_lazy("メールアドレス"),
    "bank_account": gettext_lazy("振込先の口座"),
    "consent": gettext_lazy("同意"),
    "signature": gettext_lazy("署名にかわる確認"),
    "list": gettext_lazy("人のくり返し（氏名と生年月日）"),
}
PARTS = {
    "name": gettext_lazy("氏名"),
    "birth": gettext_lazy("生年月日"),
    "address": gettext_lazy("住所"),
    "phone": gettext_lazy("電話番号"),
    "email": gettext_lazy("メールアドレス"),
}
SENSITIVITY = {
    "none": gettext_lazy("個人のことではない"),
    "personal": gettext_lazy("個人のこと（暗号にして保管）"),
    "secret": gettext_lazy("とくに大事な個人のこと（暗号にして保管）"),
}
KEEP = {
    "case": gettext_lazy("案件の書類と同じあいだ残す"),
    "until_closed": gettext_lazy("手続きが終わったら消す"),
}
MOST_OPTIONS = 40
_TEXTS = (("label", 60), ("question", 200), ("why", 300), ("hint", 300), ("statement", 1000), ("unit", 10))
_ORDER = (
    *("type", "of", "label", "question", "why", "hint", "hints", "statement", "options", "parts", "unit"),
    *("least", "most", "no_later_than", "no_earlier_than", "at_least", "holder", "fields", "shown_when"),
    *("required", "reuse", "ground", "sensitivity", "keep", "lookup"),
)


def question_data(source: Source, posted: Posted, name: str, old: Mapping[str, Any]) -> dict[str, Any]:
    """The field as the pack writes it. What the page does not show stays as it was."""
    kind = str(old.get("type") or posted.get("type", ""))
    if kind not in KINDS:
        raise WrongInput(_("質問の種類を選んでください。"), "type")
    data: dict[str, Any] = {**old, "type": kind}
    for part, most in _TEXTS:
        if part in posted:
            _set(data, part, words_of(posted, part, _("この欄"), most=most))
    data["label"] = words_of(posted, "label", _("短い呼び名"), most=60, required=True)
    data["ground"] = words_of(posted, "ground", _("たずねる根拠"), most=200, required=True)
    _of_kind(data, kind, posted, old)
    if posted.get("sensitivity") not in SENSITIVITY:
        raise WrongInput(_("「守り方」を選んでください。"), "sensitivity")
    data["sensitivity"] = posted["sensitivity"]
    if (kind in PERSONAL or data.get("of") == "person") and data.get("sensitivity") in {None, "none"}:
        raise WrongInput(_("この種類の質問は、「個人のこと」を選んでください。"), "sensitivity")
    _choose(data, posted, "keep", KEEP)
    _set(data, "required", None if posted.get("required") else False)
    _set(data, "shown_when", condition(source, posted.get("shown_when", ""), old.get("shown_when", ""), name))
    return {key: data[key] for key in (*_ORDER, *data) if key in data}


def _set(data: dict[str, Any], key: str, value: Any) -> None:
    """An empty word is no key; `False` is one."""
    if value is None or value == "" or value == []:
        data.pop(key, None)
    else:
        data[key] = value


def _choose(data: dict[str, Any], posted: Posted, key: str, known: Mapping[str, Any]) -> None:
    if posted.get(key) not in known:
        raise WrongInput(_("選んでください。"), key)
    data[key] = posted[key]


def _of_kind(data: dict[str, Any], kind: str, posted: Posted, old: Mapping[str, Any]) -> None:
    """What only some kinds have."""
    if kind in {"choice", "choices"}:
        data["options"] = options(posted.get("options", ""), old.get("options", {}))
    if kind in {"consent", "signature"} and not data.get("statement"):
        raise WrongInput(_("同意や確認の文を書いてください。"), "statement")
    if kind in {"number", "money", "choices"}:
        for bound in ("least", "most"):
            _set(data, bound, _whole(posted.get(bound, ""), bound))
    if kind == "date":
        _set(data, "no_later_than", "today" if posted.get("no_later_than") else "")
        _set(data, "no_earlier_than", "today" if posted.get("no_earlier_than") else "")
    if kind == "person":
        parts = [part for part in PARTS if posted.get(f"part.{part}")]
        if not parts:
            raise WrongInput(_("たずねることを、1つは選んでください。"), "parts")
        data["parts"] = parts
    if kind == "list" and not old:
        data |= {"of": "person", "parts": ["name", "birth"], "at_least": 1}


def _whole(text: str, name: str) -> int | None:
    text = text.strip().replace(",", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise WrongInput(_("0以上の整数で書いてください。"), name)
    return int(text)


def options(text: str, old: Mapping[str, str]) -> dict[str, str]:
    """One answer a line. An answer keeps its key by its words, else by its place: stored answers hold keys."""
    said = lines(text, most=MOST_OPTIONS)
    if not said:
        raise WrongInput(_("選ぶ答えを、1行に1つずつ書いてください。"), "options")
    if len(set(said)) != len(said):
        raise WrongInput(_("同じ答えが2つあります。"), "options")
    by_words = {words: key for key, words in old.items()}
    keys: list[str | None] = [by_words.get(one) for one in said]
    if len(said) == len(old):
        kept = set(keys)
        keys = [key or (was if was not in kept else None) for key, was in zip(keys, old, strict=True)]
    numbers = iter(range(1, 10 * MOST_OPTIONS))
    taken = {*old, *(key for key in keys if key)}

    def fresh() -> str:
        return next(key for n in numbers if (key := f"a{n}") not in taken)

    return {key or fresh(): words for key, words in zip(keys, said, strict=True)}


def condition(source: Source, chosen: str, old: str, before: str) -> str:
    """The expression of what was chosen; one that was written by hand may stay as it is."""
    if not chosen:
        return ""
    if chosen == "as_written" and conditions.value_of(old) is None:
        return old
    if chosen not in {value for value, _words in conditions.choices(source, before=before)}:
        raise WrongInput(_("いつたずねるかを、選び直してください。"), "shown_when")
    return conditions.expression(source, chosen)


def free_key(source: Source, kind: str) -> str:
    """A key for a new question, such as q3: it stands in stored answers and is never renamed."""
    taken = {key for _page, key, _asked in source.questions()}
    return next(key for n in range(1, 1000) if (key := f"q{n}") not in taken)


def place_question(source: Source, name: str, data: dict[str, Any], where: str) -> None:
    """Put it where it stood, or at the end of the page that was chosen; `new:<title>` makes a page."""
    page = source.page_of(name)
    pages = source.procedure.setdefault("pages", [])
    wanted = _new_page(pages, where) if where.startswith("new:") else _page(pages, where, page)
    if page is not None and page is not wanted:
        del page["fields"][name]
        if not page["fields"]:
            pages.remove(page)
    wanted["fields"][name] = data


def _page(pages: list[dict[str, Any]], where: str, page: dict[str, Any] | None) -> dict[str, Any]:
    """The page that was chosen; else the one it stands on, else the last."""
    found = next((one for one in pages if one.get("id") == where), page or (pages[-1] if pages else None))
    if found is None:
        raise WrongInput(_("どの見出しの下でたずねるかを選んでください。"), "page")
    return found


def _new_page(pages: list[dict[str, Any]], where: str) -> dict[str, Any]:
    title = " ".join(where.removeprefix("new:").split())[:60]
    if not title:
        raise WrongInput(_("新しい見出しを書いてください。"), "page_title")
    ids = {one.get("id") for one in pages}
    made: dict[str, Any] = {
        "id": next(key for n in range(1, 100) if (key := f"page{n}") not in ids),
        "title": title,
        "fields": {},
    }
    pages.append(made)
    return made


def words_of(posted: Posted, name: str, label: str, *, most: int, required: bool = False) -> str:
    """What was typed in one line, its spaces made one."""
    text = " ".join(posted.get(name, "").split())
    if required and not text:
        raise WrongInput(_("「%s」を書いてください。") % label, name)
    if len(text) > most:
        raise WrongInput(_("%(label)sは、%(most)d文字までです。") % {"label": label, "most": most}, name)
    return text


def lines(text: str, *, most: int) -> list[str]:
    """One thing a line; empty lines are nothing."""
    found = [" ".join(line.split())[:300] for line in text.splitlines()]
    found = [line for line in found if line]
    if len(found) > most:
        raise WrongInput(_("%d個までです。") % most)
    return found
