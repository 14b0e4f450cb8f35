"""Filling in: one question a page, then the papers, a last look, and off it goes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.directory import queries as directory
from madoguchi.engines.forms import services as forms
from madoguchi.engines.forms.errors import AnswerRefused, NoSuchQuestion
from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import DefinitionChanged, NoLongerOffered
from madoguchi.faces.shared import walking
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, resident_or_agent
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import NotFound, Refusal

from . import progress, reusing

CONFIRM = "confirm"
CHANGES = ("new", "again", "words", "gone")


@require_safe
@guard(resident_or_agent)
def draft(request: Asked, draft_id: Any) -> HttpResponse:
    """Where the person left off: what changed meanwhile, the first open question, the papers, the last look."""
    opened = queries.draft_for(request.actor, draft_id)
    try:
        services.keep_up(draft=opened.draft, by=request.actor)
    except NoLongerOffered:
        return go_on(request, opened)  # said when they save or send; what was written can still be read
    opened = queries.draft_for(request.actor, draft_id)
    if opened.draft.closed_at is None and not opened.draft.changes and reusing.is_to_offer(request, opened):
        return go(request, "portal:procedures:reuse", draft_id=draft_id)
    return go_on(request, opened)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(resident_or_agent)
def question(request: Asked, draft_id: Any, path: str) -> HttpResponse:
    """One question. What was typed stays on the page until it is right."""
    opened = queries.draft_for(request.actor, draft_id)
    if opened.draft.closed_at is not None:
        return show_sent(request, opened)
    if request.method != "POST":
        if opened.sheet.question(path) is None:
            # An address from before: the child was taken out, another answer changed what is asked.
            return go_on(request, opened)
        return show_question(request, opened, path)
    if request.POST.get("town"):
        return show_question(request, opened, path, with_town=True)
    wants_rest = request.POST.get("then") == "later"
    if wants_rest and _is_untouched(request, opened, path):
        return rest(request)
    try:
        services.save_answer(draft=opened.draft, path=path, posted=request.POST, by=request.actor)
    except AnswerRefused as refusal:
        # Whoever wants to stop may stop: a half-written answer is not kept, and the next page says so.
        return rest(request, kept_all=False) if wants_rest else show_question(request, opened, path, refusal)
    except NoSuchQuestion:
        # Another window changed what is asked: go where the form stands now.
        return go_on(request, queries.draft_for(request.actor, draft_id))
    if wants_rest:
        return rest(request)
    return go_on(request, queries.draft_for(request.actor, draft_id), after=path)


def go_on(request: Asked, opened: Any, after: str = "") -> HttpResponse:
    """To the next question that is open, looking onward from `after` first."""
    draft_id = opened.draft.pk
    if opened.draft.closed_at is not None:
        case = services.submit(draft=opened.draft, by=request.actor)  # the case it became
        return go(request, "portal:procedures:case", case_id=case.pk)
    if opened.draft.changes:
        return go(request, "portal:procedures:changed", draft_id=draft_id)
    following = walking.following(opened.sheet, after)
    if following is not None:
        return go(request, "portal:procedures:question", draft_id=draft_id, path=following.path)
    paper = opened.papers.first_open
    if paper is not None:
        return go(request, "portal:procedures:attach", draft_id=draft_id, document=paper.document.id)
    return go(request, "portal:procedures:confirm", draft_id=draft_id)


def show_sent(request: Asked, opened: Any) -> HttpResponse:
    """An old tab of what was handed in meanwhile: it says so, and leads to the case it became."""
    case = services.submit(draft=opened.draft, by=request.actor)  # changes nothing: the case it became
    context = {"title": opened.title, "case": case}
    status = 409 if request.method == "POST" else 200
    return page(request, "portal/procedures/sent.html", context, status=status)


def rest(request: Asked, *, kept_all: bool = True) -> HttpResponse:
    """あとで続ける: what was answered is kept, and わたしの手続き shows where to go on."""
    return go(request, "portal:procedures:mine", query="kept=1" if kept_all else "kept=part")


def show_question(
    request: Asked, opened: Any, path: str, refusal: AnswerRefused | None = None, *, with_town: bool = False
) -> HttpResponse:
    """The question; after a refusal with what was typed, the list of errors, and each beside its field.

    With 「住所を入れる」 what was typed stands there again, with the town of the postcode in it.
    """
    asking = walking.shown(request, opened.sheet, path, refusal, with_town=with_town)
    context = {
        **common(request, opened, path),
        **asking,
        "current_page": asking["asked"].page_id,
        "answer_before": queries.answer_before(opened, path),
        "from_confirm": opened.sheet.is_complete and opened.papers.first_open is None,
    }
    return page(
        request, "portal/procedures/question.html", context, status=refusal.status if refusal else 200
    )


def common(request: Asked, opened: Any, path: str = "") -> dict[str, Any]:
    """What every page of a draft shows."""
    return {
        "progress": progress.of(request, opened, path),
        "draft": opened.draft,
        "title": opened.title,
        "sheet": opened.sheet,
        "papers": opened.papers,
        "eligible": opened.eligible,
        "bring": opened.bring,
    }


def _is_untouched(request: Asked, opened: Any, path: str) -> bool:
    """Whether nothing was typed: the inputs are empty, or as the page put them there."""
    asked = opened.sheet.question(path)
    if asked is None:
        return True
    typed = {name: request.POST.get(name, "").strip() for name in asked.inputs}
    walking.suggest(opened.sheet, asked)
    return not any(typed.values()) or typed == asked.inputs


@require_http_methods(["GET", "HEAD", "POST"])
@guard(resident_or_agent)
def remove(request: Asked, draft_id: Any, item: str) -> HttpResponse:
    """Take one child (or other item) out again, after asking once."""
    opened = queries.draft_for(request.actor, draft_id)
    if opened.draft.closed_at is not None:
        return show_sent(request, opened)
    about = walking.to_remove(opened.sheet, item)
    if about is None:
        return go_on(request, opened)
    if request.method != "POST":
        context = {**common(request, opened), **about}
        return page(request, "portal/procedures/remove.html", context)
    try:
        forms.remove_item(draft=opened.draft, form=opened.procedure.form, item=item, by=request.actor)
    except NoSuchQuestion:
        pass  # pressed twice: it is out already
    else:
        messages.success(request, _("消しました"))
    return go_on(request, queries.draft_for(request.actor, draft_id))


@require_http_methods(["GET", "HEAD", "POST"])
@guard(resident_or_agent)
def discard(request: Asked, draft_id: Any) -> HttpResponse:
    """この書きかけを消す, after asking once: every answer and paper of it goes."""
    opened = queries.draft_for(request.actor, draft_id)
    if opened.draft.closed_at is not None:
        return show_sent(request, opened)
    if request.method != "POST":
        return page(request, "portal/procedures/discard.html", common(request, opened))
    services.discard_draft(draft=opened.draft, by=request.actor)
    messages.success(request, _("書きかけを消しました"))
    return go(request, "portal:procedures:mine")


@require_safe
@guard(resident_or_agent)
def answers(request: Asked, draft_id: Any) -> HttpResponse:
    """What stands in the draft so far, each with its way to put it right."""
    opened = queries.draft_for(request.actor, draft_id)
    if opened.draft.closed_at is not None:
        return show_sent(request, opened)
    return page(request, "portal/procedures/answers.html", common(request, opened))


@require_http_methods(["GET", "HEAD", "POST"])
@guard(resident_or_agent)
def attach(request: Asked, draft_id: Any, document: str) -> HttpResponse:
    """One paper the answers call for: a photograph now, by post later, or looked up by the office."""
    opened = queries.draft_for(request.actor, draft_id)
    if opened.draft.closed_at is not None:
        return show_sent(request, opened)
    paper = next((paper for paper in opened.papers.needed if paper.document.id == document), None)
    if paper is None:
        raise NotFound
    if request.method != "POST":
        return show_paper(request, opened, paper)
    try:
        added = _take_paper(request, opened, paper)
    except Refusal as refusal:
        return show_paper(request, opened, paper, refusal)
    fresh = queries.draft_for(request.actor, draft_id)
    if added:
        return go(request, "portal:procedures:attach", draft_id=draft_id, document=document)
    return go_on(request, fresh)


def _take_paper(request: Asked, opened: Any, paper: Any) -> bool:
    """Do what the button said. True when the person stays here to see or add files."""
    about = {"draft": opened.draft, "document": paper.document.id, "by": request.actor}
    upload = request.FILES.get("value")
    if upload is not None:
        name = upload.name or ""
        services.attach(**about, upload=upload, name=name)
        return True
    match request.POST.get("way", ""):
        case "later":
            services.bring_later(**about)
        case "link" if paper.document.omitted_by:
            services.use_link(**about)
        case "remove":
            services.detach(
                draft=opened.draft, attachment_id=request.POST.get("attachment", ""), by=request.actor
            )
            return True
        case "done" if paper.files:
            pass
        case _:
            raise ChooseWay
    return False


class ChooseWay(Refusal):
    """「次へ」 was pressed with nothing chosen."""

    code = "choose_way"
    status = 422

    def __init__(self) -> None:
        super().__init__(_("ファイルを選ぶか、ほかの出し方を選んでください。"))


def show_paper(request: Asked, opened: Any, paper: Any, refusal: Refusal | None = None) -> HttpResponse:
    """One paper with what was handed in; after a refusal, why."""
    needed = opened.papers.needed
    place = needed.index(paper)
    errors = {"value": str(refusal)} if refusal else {}
    questions, division = opened.sheet.questions, opened.procedure.shape.division
    way = "#paper-way" if paper.document.brought else "#paper-file"
    context = {
        **common(request, opened),
        "paper": paper,
        "division": division,
        "contact": directory.contact(division) if paper.document.brought else None,
        "place": place + 1,
        "paper_before": needed[place - 1] if place else None,
        "before": questions[-1] if questions else None,
        "current_page": "papers",
        "errors": errors,
        "error_list": [{"href": way, "sentence": str(refusal)}] if refusal else [],
    }
    return page(request, "portal/procedures/paper.html", context, status=refusal.status if refusal else 200)


@require_safe
@guard(resident_or_agent)
def confirm(request: Asked, draft_id: Any) -> HttpResponse:
    """All answers once more, each with its way back."""
    opened = queries.draft_for(request.actor, draft_id)
    if opened.draft.closed_at is not None or opened.draft.changes or not opened.sheet.is_complete:
        return go_on(request, opened)
    return show_confirm(request, opened)


def show_confirm(request: Asked, opened: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The last look; after a refusal, why it was not received."""
    reused = {field.reuse for _page, _key, field in opened.procedure.form.fields()}
    context = {
        **common(request, opened),
        "refusal": refusal,
        "current_page": CONFIRM,
        "may_keep": bool(reused & {"profile", "household"}) and request.actor.mandate is None,
        "keeps_family": "household" in reused,
    }
    return page(request, "portal/procedures/confirm.html", context, status=refusal.status if refusal else 200)


def show_changed(request: Asked, opened: Any, refusal: Refusal | None = None) -> HttpResponse:
    """変わったところ: only what is different; after a refused sending, that nothing was lost."""
    found = queries.changed(opened)
    context = {
        **common(request, opened),
        "acts": [one for one in found if one.what == "law"],
        "groups": [(what, [one for one in found if one.what == what]) for what in CHANGES],
        "refusal": refusal,
    }
    return page(request, "portal/procedures/changed.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(resident_or_agent)
def changed(request: Asked, draft_id: Any) -> HttpResponse:
    """What a newer version changed since the person stopped. 「確かめました」 goes on to what is still open."""
    opened = queries.draft_for(request.actor, draft_id)
    if opened.draft.closed_at is not None or not opened.draft.changes:
        return go_on(request, opened)
    if request.method != "POST":
        return show_changed(request, opened)
    services.see_changes(draft=opened.draft, by=request.actor)
    return go_on(request, queries.draft_for(request.actor, draft_id))


@require_POST
@guard(resident_or_agent)
def submit(request: Asked, draft_id: Any) -> HttpResponse:
    """Hand it in. Pressed twice, or sent again after a lost line, it is still one case."""
    opened = queries.draft_for(request.actor, draft_id)
    try:
        case = services.submit(draft=opened.draft, by=request.actor)
    except DefinitionChanged as refusal:
        return show_changed(request, queries.draft_for(request.actor, draft_id), refusal)
    except Refusal as refusal:
        return show_confirm(request, queries.draft_for(request.actor, draft_id), refusal)
    if request.POST.get("keep") and request.actor.mandate is None:
        services.keep_for_next_time(draft=case.draft, by=request.actor)
    return go(request, "portal:procedures:receipt", case_id=case.pk)
