"""Result documents that others published: brought, reviewed beside their source, made a call or laid over one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.consultation import services
from madoguchi.engines.consultation.queries import desk
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard
from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import NotFound, Refusal

from .doors import ASKS, RUNNING, typed_day
from .importing_words import FIELDS, level

LARGEST = 20 * 1024 * 1024


@ASKS
@guard(RUNNING)
def documents(request: Asked) -> HttpResponse:
    """The documents that were brought, and the form to bring one."""
    if request.method != "POST":
        return show_documents(request)
    upload = request.FILES.get("file")
    if upload is None:
        return show_documents(request, wrong=_("ファイルを選んでください。"))
    if (upload.size or 0) > LARGEST:
        return show_documents(request, wrong=_("20MBまでのファイルを選んでください。"))
    try:
        taken = services.take_document(name=upload.name or "", data=upload.read(), by=request.actor)
    except Refusal as refusal:
        return show_documents(request, refusal)
    return go(request, "desk:consultation:document", document_id=(taken.same_as_id or taken.pk))


def show_documents(request: Asked, refusal: Refusal | None = None, wrong: str = "") -> HttpResponse:
    context = {
        "documents": desk.documents(request.actor),
        "seeds": len(desk.seed_files()),
        "refusal": refusal or wrong,
    }
    status = refusal.status if refusal else 422 if wrong else 200
    return page(request, "desk/consultation/importing/list.html", context, status=status)


@require_POST
@guard(RUNNING)
def load_seeds(request: Asked) -> HttpResponse:
    """原資料を読み込む: what lies in the operator's folder."""
    try:
        loaded = services.load_seeds(paths=desk.seed_files(), by=request.actor)
    except Refusal as refusal:
        return show_documents(request, refusal)
    for name, why in loaded.refused:
        messages.warning(request, f"{name}：{why}")
    said = {"calls": len(loaded.laid), "left": loaded.left}
    messages.success(
        request,
        _("%(calls)s件の募集に原文を重ねました。たしかでない%(left)sか所は「不明のまま」と記録しました。")
        % said,
    )
    return go(request, "desk:consultation:documents")


@require_safe
@guard(RUNNING)
def document(request: Asked, document_id: Any) -> HttpResponse:
    """取り込みの見直し: what is unsure, the row, its source."""
    return show_document(request, desk.document(request.actor, document_id))


def show_document(
    request: Asked, found: Any, refusal: Refusal | None = None, doubt: Any = None
) -> HttpResponse:
    """The review of one doubt, of one row, or the list of all rows."""
    if found.state == found.State.MERGED:
        context = {"document": found, "report": desk.report(found)}
        return page(request, "desk/consultation/importing/twin.html", context)
    shown = desk.review(
        found,
        doubt_id=doubt if doubt is not None else request.GET.get("doubt", ""),
        number=None if doubt is not None else number(request.GET.get("row", "")),
    )
    context = {
        "document": found,
        "review": shown,
        "doubts": [(one, FIELDS.get(_base(one), one.field), level(one.confidence)) for one in shown.doubts],
        "done": [(one, FIELDS.get(_base(one), one.field)) for one in shown.done],
        "field": _base(shown.doubt) if shown.doubt else "",
        "field_name": FIELDS.get(_base(shown.doubt), "") if shown.doubt else "",
        "level": level(shown.doubt.confidence) if shown.doubt else "",
        "rows": desk.rows(found) if request.GET.get("all") and doubt is None else None,
        "twins": list(found.twins.defer("reading", "merging")),
        "typed": request.POST.get("value") if refusal else None,
        "overlay": found.merging.get("overlay"),
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return page(request, "desk/consultation/importing/review.html", context, status=status)


def _base(doubt: Any) -> str:
    return doubt.field.partition(":")[0]


@require_POST
@guard(RUNNING)
def settle(request: Asked, document_id: Any, doubt_id: Any) -> HttpResponse:
    """決める, 不明のまま残す, or open it again; then the next that waits."""
    doubt = desk.doubt(request.actor, document_id, doubt_id)
    act = request.POST.get("act", "decide")
    after = desk.review(doubt.document, doubt_id=doubt.pk).after
    try:
        if act == "unknown":
            services.leave_unknown(doubt=doubt, by=request.actor)
        elif act == "undo":
            services.undo(doubt=doubt, by=request.actor)
            after = doubt
        else:
            value = request.POST.get("value", "")
            if doubt.field == "period":
                value = f"{request.POST.get('start', '')} {request.POST.get('end', '')}"
            services.decide(doubt=doubt, value=value, by=request.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return show_document(request, desk.document(request.actor, document_id), refusal, doubt.pk)
    query = f"doubt={after.pk}" if after is not None else ""
    return go(request, "desk:consultation:document", query=query, document_id=document_id)


@require_POST
@guard(RUNNING)
def undo_last(request: Asked, document_id: Any) -> HttpResponse:
    """取り消す: what one settled last is open again."""
    found = desk.document(request.actor, document_id)
    try:
        doubt = services.undo_last(document=found, by=request.actor)
    except NotFound:
        messages.info(request, _("取り消すものはありません。"))
        return go(request, "desk:consultation:document", document_id=document_id)
    except Refusal as refusal:
        return show_document(request, found, refusal)
    return go(request, "desk:consultation:document", query=f"doubt={doubt.pk}", document_id=document_id)


@require_POST
@guard(RUNNING)
def leave_all(request: Asked, document_id: Any) -> HttpResponse:
    """のこりをすべて不明のまま残す."""
    found = desk.document(request.actor, document_id)
    try:
        left = services.leave_all_unknown(document=found, by=request.actor)
    except Refusal as refusal:
        return show_document(request, found, refusal)
    messages.success(request, _("%(n)sか所を不明のまま残しました。") % {"n": left})
    return go(request, "desk:consultation:document", document_id=document_id)


@require_POST
@guard(RUNNING)
def drop(request: Asked, document_id: Any) -> HttpResponse:
    """取り込まない: the wrong file."""
    found = desk.document(request.actor, document_id)
    try:
        services.drop_document(document=found, by=request.actor)
    except Refusal as refusal:
        return show_document(request, found, refusal)
    messages.success(request, _("一覧から外しました。同じファイルをもう一度選ぶと、もどせます。"))
    return go(request, "desk:consultation:documents")


@require_safe
@guard(RUNNING)
def original(request: Asked, document_id: Any) -> HttpResponse:
    """原資料をひらく: the file itself. Text is shown; what a browser could run is only handed over."""
    found = desk.document(request.actor, document_id)
    content = desk.original(found)
    shown = {"text": "text/plain", "csv": "text/plain", "pdf": "application/pdf"}.get(found.kind)
    response = HttpResponse(content, content_type=shown or "application/octet-stream")
    if shown is None:
        response.headers["Content-Disposition"] = "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@ASKS
@guard(RUNNING)
def take(request: Asked, document_id: Any) -> HttpResponse:
    """取り込む: laid over the call the pack has, or a call of its own with what a person adds."""
    found = desk.document(request.actor, document_id)
    target = desk.target(found) if found.state != found.State.MERGED else None
    if request.method != "POST":
        return show_take(request, found, target)
    facts = None if target is not None else _facts(request, found)
    try:
        call = services.take_over(document=found, facts=facts, by=request.actor)
    except NotFound:
        raise
    except Refusal as refusal:
        return show_take(request, found, target, refusal)
    messages.success(request, _("「%(title)s」に取り込みました。") % {"title": call.title})
    return go(request, "desk:consultation:document", document_id=document_id)


def _facts(request: Asked, found: Any) -> services.Facts:
    posted = request.POST
    return services.Facts(
        key=posted.get("key", "").strip()[:60],
        meanings={
            sign: posted.get(f"meaning-{place}", "")
            for place, (sign, _label, _meaning) in enumerate(desk.signs(found))
        },
        title=posted.get("title", "").replace("\0", "")[:300],
        opens_on=typed_day(posted.get("opens_on", "")),
        closes_on=typed_day(posted.get("closes_on", "")),
    )


def show_take(request: Asked, found: Any, target: Any, refusal: Refusal | None = None) -> HttpResponse:
    """What will happen, before it does."""
    context = {
        "document": found,
        "target": target,
        "review": desk.review(found),
        "signs": desk.signs(found),
        "meanings": desk.MEANINGS,
        "typed": request.POST,
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return page(request, "desk/consultation/importing/take.html", context, status=status)


@require_POST
@guard(RUNNING)
def summaries(request: Asked, key: str) -> HttpResponse:
    """要約にもどす: the words of the documents go from the pack's call."""
    services.remove_overlay(call=desk.past_call(request.actor, key), by=request.actor)
    messages.success(request, _("要約にもどしました。原文は、この画面からまた重ねられます。"))
    return go(request, "desk:consultation:documents")
