"""What each page changes in a source. Every function reads one page's form and returns the change to be saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from .. import routes
from ..errors import WrongInput
from ..source import OTHER_LANGUAGES, Source
from .asking import condition, free_key, lines, place_question, question_data, words_of

Change = Callable[[Source], None]
Posted = Mapping[str, str]


def basics(posted: Posted) -> Change:
    """Title, summary, basis, what to know before, where residents look for it."""

    def change(source: Source) -> None:
        shape = source.procedure
        shape["title"] = words_of(posted, "title", _("名前"), most=200, required=True)
        shape["summary"] = words_of(posted, "summary", _("説明"), most=500, required=True)
        _put(shape, "basis", words_of(posted, "basis", _("根拠"), most=300), after="summary")
        _put(shape, "before_you_start", lines(posted.get("before_you_start", ""), most=10), after="basis")
        catalog = {"life_events": lines(posted.get("life_events", "").replace("、", "\n"), most=10)}
        shape["catalog"] = {**catalog, "kind": words_of(posted, "kind", _("種類"), most=60)}

    return change


def _put(shape: dict[str, Any], key: str, value: Any, *, after: str) -> None:
    """Set a key, or take it out when there is nothing to say; a new one stands where packs have it."""
    if not value:
        shape.pop(key, None)
    elif key in shape:
        shape[key] = value
    else:
        _insert(shape, key, value, after)


def _insert(shape: dict[str, Any], key: str, value: Any, after: str) -> None:
    rest = list(shape.items())
    shape.clear()
    for name, one in rest:
        shape[name] = one
        if name == after:
            shape[key] = value
    shape.setdefault(key, value)


def question(posted: Posted, key: str = "") -> Change:
    """A new question, or another text of one that stands."""

    def change(source: Source) -> None:
        old = source.question(key) if key else None
        if key and old is None:
            raise WrongInput(_("この質問は、もうありません。"))
        name = key or free_key(source, posted.get("type", ""))
        place_question(source, name, question_data(source, posted, name, old or {}), posted.get("page", ""))

    return change


def remove_question(key: str) -> Change:
    """Take a question out. What stands on it (a condition) is then named by the check."""

    def change(source: Source) -> None:
        page = source.page_of(key)
        if page is None:
            raise WrongInput(_("この質問は、もうありません。"))
        del page["fields"][key]
        if not page["fields"]:
            source.procedure["pages"] = [one for one in source.procedure["pages"] if one is not page]

    return change


def move_question(key: str, *, up: bool) -> Change:
    """One place up or down; past the edge of its page it moves onto the next one."""

    def change(source: Source) -> None:
        page = source.page_of(key)
        if page is None:
            raise WrongInput(_("この質問は、もうありません。"))
        pages = source.procedure["pages"]
        keys = list(page["fields"])
        here, to = keys.index(key), keys.index(key) + (-1 if up else 1)
        if 0 <= to < len(keys):
            keys[here], keys[to] = keys[to], keys[here]
            page["fields"] = {name: page["fields"][name] for name in keys}
            return
        other = pages.index(page) + (-1 if up else 1)
        if not 0 <= other < len(pages):
            return
        moved = {key: page["fields"].pop(key)}
        into = pages[other]
        into["fields"] = {**into["fields"], **moved} if up else {**moved, **into["fields"]}
        if not page["fields"]:
            pages.remove(page)

    return change


def paper(posted: Posted, paper_id: str = "") -> Change:
    """A paper that goes with it: what it is called, how to get it, when it is needed."""

    def change(source: Source) -> None:
        papers = source.procedure.get("documents", [])
        old = next((one for one in papers if one.get("id") == paper_id), None)
        if paper_id and old is None:
            raise WrongInput(_("この書類は、もうありません。"))
        data = dict(old or {"id": _free_paper(papers)})
        data["title"] = words_of(posted, "title", _("書類の名前"), most=100, required=True)
        _put(data, "hint", words_of(posted, "hint", _("用意のしかた"), most=300), after="title")
        written = condition(source, posted.get("shown_when", ""), data.get("required_when", ""), "")
        _put(data, "required_when", written, after="hint" if "hint" in data else "title")
        papers = [data if one is old else one for one in papers] if old else [*papers, data]
        _put(source.procedure, "documents", papers, after="pages")

    return change


def _free_paper(papers: list[dict[str, Any]]) -> str:
    taken = {one.get("id") for one in papers}
    return next(name for n in range(1, 1000) if (name := f"paper{n}") not in taken)


def remove_paper(paper_id: str) -> Change:
    def change(source: Source) -> None:
        left = [one for one in source.procedure.get("documents", []) if one.get("id") != paper_id]
        _put(source.procedure, "documents", left, after="pages")

    return change


def channels(posted: Posted) -> Change:
    """The ways it may come in; at least one of them is not the internet (N-01)."""

    def change(source: Source) -> None:
        found: dict[str, Any] = {}
        old = source.procedure.get("channels", {})
        if posted.get("web"):
            found["web"] = {}
        if posted.get("counter"):
            found["counter"] = {"at": [source.procedure["division"]]}
            if posted.get("proxy"):
                found["counter"]["proxy"] = True
        if posted.get("post"):
            found["post"] = old.get("post") or {"form": "printable"}
        if posted.get("phone"):
            whole = posted["phone"] == "whole"
            found["phone"] = {"accepts": "whole" if whole else "request_for_form"}
        if not set(found) - {"web"}:
            raise WrongInput(_("インターネットでない方法を、1つは選んでください。"), "counter")
        source.procedure["channels"] = found

    return change


def route(posted: Posted) -> Change:
    """One of the ready ways; the ends keep their words and letters."""

    def change(source: Source) -> None:
        chosen = posted.get("route", "")
        if chosen not in routes.ROUTES:
            raise WrongInput(_("進め方を選んでください。"), "route")
        flow = source.procedure.get("flow", {})
        letters = _letters(source, flow)
        source.procedure["flow"] = routes.flow(
            chosen,
            **letters,
            granted=words_of(posted, "granted", _("認めるときの呼び方"), most=30, required=True),
            refused=words_of(posted, "refused", _("認めないときの呼び方"), most=30, required=True),
        )
        source.procedure.setdefault("within", {})["pause_on"] = ["returned"]

    return change


def _letters(source: Source, flow: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, letter in source.letters.items():
        found.setdefault(str(letter.get("decides", "")), key)
    grants = flow.get("granted", {}).get("letter") or found.get("grants", "")
    refuses = flow.get("refused", {}).get("letter") or found.get("refuses", "")
    return {"grants": str(grants), "refuses": str(refuses)}


PARTS = ("opening", "body", "closing", "appeal_notice", "contact")


def letter(posted: Posted, key: str) -> Change:
    """The words of a letter; a blank line begins the next paragraph."""

    def change(source: Source) -> None:
        found = source.letters.get(key)
        if found is None:
            raise WrongInput(_("この通知書は、もうありません。"))
        found["title"] = words_of(posted, "title", _("題名"), most=60, required=True)
        found["issuer"] = words_of(posted, "issuer", _("差出人"), most=60, required=True)
        found["opening"] = words_of(posted, "opening", _("はじめの文"), most=1000, required=True)
        for part in PARTS[1:]:
            written = [" ".join(one.split()) for one in _paragraphs(posted.get(part, ""))]
            if any(len(one) > 1000 for one in written) or len(written) > 20:
                raise WrongInput(_("ひとつの段落は1000文字まで、段落は20までです。"), part)
            if written or part in found:
                found[part] = written
        found["show_answers"] = bool(posted.get("show_answers"))

    return change


def _paragraphs(text: str) -> list[str]:
    return [part for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]


CLASSES = ("1年", "3年", "5年", "10年", "30年")


def deadline(posted: Posted) -> Change:
    """How long it may take, and how long its records are kept."""

    def change(source: Source) -> None:
        days = posted.get("days", "")
        if not (days.isascii() and days.isdigit() and len(days) <= 6 and 1 <= int(days) <= 730):
            raise WrongInput(_("日数は、1から730までの数字で書いてください。"), "days")
        count = posted.get("count", "")
        if count not in {"calendar", "business"}:
            raise WrongInput(_("日数の数え方を選んでください。"), "count")
        kept = posted.get("class", "")
        if kept not in CLASSES:
            raise WrongInput(_("保存する年数を選んでください。"), "class")
        shape = source.procedure
        shape["within"] = {**shape.get("within", {}), "days": int(days), "count": count}
        shape["retention"] = {**shape.get("retention", {}), "class": kept}
        shape["retention"].setdefault("from", "end_of_fiscal_year")

    return change


def translations(posted: Posted, language: str) -> Change:
    """The words in one other language, by the path of the Japanese; empty ones are left out."""

    def change(source: Source) -> None:
        if language not in OTHER_LANGUAGES:
            raise WrongInput(_("この言語はありません。"))
        known = source.japanese()
        said = {}
        for path in known:
            text = " ".join(posted.get(path, "").split())
            if len(text) > 2000:
                raise WrongInput(_("2000文字までです。"), path)
            if text:
                said[path] = text
        source.words[language] = said

    return change
