"""補正: asking for places to be put right, writing in an answer that came by telephone, looking at what came back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import (
    NameForSigning,
    NotAllConfirmed,
    NothingToCorrect,
    ReplyDayPast,
    StepNotPossible,
)
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.faces.shared.summary import error_list
from madoguchi.kernel import clock
from madoguchi.kernel.errors import Refusal

from ..words import WHYS
from .deciding import common, kept, told_how
from .forms import RemarkMissing, answers, day_typed, papers_in, remarks, replies, up_to_date
from .views import asks_before, looked_at, refused, tell_done

REPLY_WITHIN = 14  # days proposed for an answer (行政手続法 第7条: 相当の期間)
STEPS = require_http_methods(["GET", "HEAD", "POST"])


@STEPS
@guard(staff())
def return_(request: HttpRequest, case_id: Any) -> HttpResponse:
    """直してもらう: tick the places, say what is the matter, write how each should be put right."""
    try:
        shown = queries.read_for_staff(request.actor, case_id)
        version = up_to_date(request, shown.case)
        if not any(move.kind == "return" for move in shown.moves):
            raise StepNotPossible
        if request.method != "POST" or request.POST.get("then") == "edit":
            return show_return(request, shown)
        wanted = remarks(request.POST, _paths(shown))
        if request.POST.get("then") != "send":
            return show_return_letter(request, shown, wanted)
        services.ask_correction(
            case=shown.case, items=wanted, by=request.actor, seen=version, reply_by=_reply_by(request)
        )
    except Refusal as refusal:
        if refusal.status == 422:
            return show_return(request, shown, refusal)
        typed = [
            (_("書いたお願い"), str(text))
            for name, text in request.POST.items()
            if name.startswith("remark:")
        ]
        return refused(request, case_id, refusal, typed=kept(*typed))
    messages.success(request, _("直してほしいところをお知らせします。返事が来るまで、日数は数えません。"))
    messages.success(request, told_how(shown.case))
    return go(request, "desk:procedures:case", case_id=case_id)


def _reply_by(request: HttpRequest) -> dt.date | None:
    """The day typed; None where the box was emptied. Raises ReplyDayPast."""
    typed = request.POST.get("reply_by", "").strip()
    found = day_typed(typed)
    if typed and (found is None or found <= clock.today()):
        raise ReplyDayPast
    return found


def _paths(shown: Any) -> list[str]:
    return [one.question.path for one in shown.said] + [_paper_path(paper) for paper in shown.papers]


def _paper_path(paper: Any) -> str:
    return f"documents.{paper.id}"


def show_return_letter(request: HttpRequest, shown: Any, wanted: dict[str, Any]) -> HttpResponse:
    """What will be asked, place by place, before anybody is told. Raises NothingToCorrect."""
    if not wanted:
        raise NothingToCorrect
    until = _reply_by(request)
    names = dict(WHYS)
    places = [
        {"one": one, "path": one.question.path, "wanted": wanted[one.question.path]}
        for one in shown.said
        if one.question.path in wanted
    ]
    places += [
        {"paper": paper, "path": _paper_path(paper), "wanted": wanted[_paper_path(paper)]}
        for paper in shown.papers
        if _paper_path(paper) in wanted
    ]
    for place in places:
        place["why"] = names.get(place["wanted"].why, "")
    return page(
        request, "desk/procedures/return_letter.html", {**common(shown), "places": places, "reply_by": until}
    )


def show_return(request: HttpRequest, shown: Any, refusal: Refusal | None = None) -> HttpResponse:
    """All stated facts and papers with a box and a line each; after a refusal with what was typed.

    `?gaps=1` begins with everything nobody wrote, and every paper that has not come.
    """
    missing = refusal.paths if isinstance(refusal, RemarkMissing) else []
    pages = [
        (leaf.title, [_row(request, one.question.path, missing, one=one) for one in leaf.said])
        for leaf in shown.pages
    ]
    papers = [_row(request, _paper_path(paper), missing, paper=paper) for paper in shown.papers]
    if papers:
        pages.append((_("書類"), papers))
    within = clock.today() + dt.timedelta(days=REPLY_WITHIN)
    until = request.POST.get("reply_by", "") if request.method == "POST" else within.isoformat()
    context = {**common(shown, refusal), "pages": pages, "whys": WHYS, "reply_by": until}
    return page(request, "desk/procedures/return.html", context, status=refusal.status if refusal else 200)


def _row(
    request: HttpRequest, path: str, missing: list[str], *, one: Any = None, paper: Any = None
) -> dict[str, Any]:
    from_gap = one is not None and one.is_gap and request.method != "POST" and "gaps" in request.GET
    is_missing = (
        paper is not None and paper.way == "later" and request.method != "POST" and "gaps" in request.GET
    )
    remark = request.POST.get(f"remark:{path}", "")
    return {
        "path": path,
        "one": one,
        "paper": paper,
        "ticked": bool(request.POST.get(f"ask:{path}"))
        or bool(remark.strip())
        or path == request.GET.get("path", "")
        or from_gap
        or is_missing,
        "remark": _("書かれていないので、教えてください。")
        if from_gap
        else _("まだ届いていないので、出してください。")
        if is_missing
        else remark,
        "why": request.POST.get(f"why:{path}", "incomplete" if from_gap or is_missing else "incorrect"),
        "is_missing": path in missing,
    }


@require_POST
@guard(staff())
def confirm(request: HttpRequest, case_id: Any) -> HttpResponse:
    """直ったところを確かめる, and pass the case on when the button says so."""
    to, ticked = request.POST.get("to", ""), set(request.POST.getlist("item"))
    try:
        found = queries.read_for_staff(request.actor, case_id)
        version = up_to_date(request, found.case)
        if not found.open_places:
            raise StepNotPossible
        open_items = [place.item for place in found.places if place.item.confirmed_at is None]
        if to and any(str(item.pk) not in ticked for item in open_items):
            raise NotAllConfirmed
        for item in open_items:
            if str(item.pk) in ticked:
                services.confirm_item(case=found.case, item_id=str(item.pk), by=request.actor)
        if to and (lacking := asks_before(request, found, to)):
            return lacking
        if to:
            services.advance(case=found.case, to=to, by=request.actor, seen=version)
    except Refusal as refusal:
        return refused(request, case_id, refusal, typed={"ticked": ticked})
    tell_done(request, found, to)
    return go(request, "desk:procedures:case", case_id=case_id, anchor="next")


@STEPS
@guard(staff())
def answer(request: HttpRequest, case_id: Any) -> HttpResponse:
    """Answers that came by telephone or on paper, written in by the clerk, into the same round."""
    try:
        shown = queries.read_for_staff(request.actor, case_id)
        version = up_to_date(request, shown.case)
        asked = _asked(request, shown)
        if not asked:
            raise StepNotPossible
        if request.method != "POST":
            return show_answer(request, shown, asked)
        services.answer_correction(
            case=shown.case,
            posted=answers(request.POST, asked),
            right=replies(request.POST, asked),
            papers=papers_in(request, asked),
            by=request.actor,
            seen=version,
        )
    except AnswerRefused as refusal:
        return show_answer(request, shown, asked, refusal)
    except Refusal as refusal:
        return refused(request, case_id, refusal)
    messages.success(request, _("直した答えを書き入れました。"))
    return go(request, "desk:procedures:case", case_id=case_id)


def _asked(request: HttpRequest, shown: Any) -> list[Any]:
    """The places of the round, and what the answers typed so far call for besides."""
    asked = queries.places_to_answer(request.actor, shown)
    while request.method == "POST":
        more = queries.places_to_answer(
            request.actor,
            shown,
            posted=answers(request.POST, asked),
            right=replies(request.POST, asked),
            papers=papers_in(request, asked),
        )
        if {one.path for one in more} <= {one.path for one in asked}:
            break
        asked = more
    return asked


def show_answer(
    request: HttpRequest, shown: Any, asked: list[Any], refusal: AnswerRefused | None = None
) -> HttpResponse:
    """The places that were asked for; after a refusal with what was typed and each sentence at its place."""
    wrong = refusal.errors if refusal else {}
    places = []
    for place in asked:
        errors = {
            name.removeprefix(f"{place.path}:"): sentence
            for name, sentence in wrong.items()
            if name.startswith(f"{place.path}:")
        }
        places.append(
            {
                "place": place,
                "prefix": f"{place.path}:",
                "errors": errors,
                "is_right": bool(request.POST.get(f"{place.path}:right")),
                "why": request.POST.get(f"{place.path}:why", ""),
                "way": request.POST.get(f"{place.path}:way", ""),
                # What was not on the page yet has nothing typed for it.
                "typed": request.POST
                if refusal and any(name.startswith(f"{place.path}:") for name in request.POST)
                else None,
            }
        )
    context = {
        **common(shown, refusal),
        "places": places,
        "error_list": [line for one in places for line in error_list(one["place"].path, one["errors"])],
    }
    return page(request, "desk/procedures/answer.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff())
def signature(request: HttpRequest, case_id: Any) -> HttpResponse:
    """紙の署名を受け取った: somebody without a telephone signed the printed page."""
    try:
        found = looked_at(request, case_id)
        services.record_paper_signature(
            case=found.case,
            signer=request.POST.get("signer", "")[:60],
            name=request.POST.get("name", ""),
            by=request.actor,
        )
    except NameForSigning as refusal:
        return refused(request, case_id, refusal, typed={"signer": request.POST.get("signer", "")})
    except Refusal as refusal:
        return refused(request, case_id, refusal)
    messages.success(request, _("紙の署名を記録しました。"))
    return go(request, "desk:procedures:case", case_id=case_id, anchor="signers")
