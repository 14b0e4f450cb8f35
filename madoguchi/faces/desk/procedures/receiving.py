"""電話・はがき・窓口で受け付ける: the same questions as online, on one long page, with the channel on record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.forms import queries as form_queries
from madoguchi.engines.forms import services as forms
from madoguchi.engines.forms.errors import AnswerRefused
from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import (
    LookReasonNeeded,
    NoLongerOffered,
    NotFinished,
)
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.faces.shared.summary import error_list
from madoguchi.faces.shared.templatetags.city import question_id
from madoguchi.kernel import audit, clock
from madoguchi.kernel.errors import Refusal
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity import services as people
from madoguchi.kernel.refs import Ref

from .forms import NotByThisChannel, arrival, as_number, is_slip

MOST_TURNS = 400
GO_ON = gettext_noop("受付のつづき")
TO_READ_BACK = ("receive", "receive_as_it_is")
TO_RECEIVE = ("confirmed", "confirmed_as_it_is")
STEPS = require_http_methods(["GET", "HEAD", "POST"])


class ChooseWhat(Refusal):
    """The first step was sent without a procedure or without the way it came."""

    code = "choose_what_and_how"
    status = 422
    message = gettext_lazy("手続と、受け付けた方法を選んでください。")


class NoSuchEarlierCase(Refusal):
    """The number of an earlier case that was typed is none of this division."""

    code = "no_such_earlier_case"
    status = 422
    message = gettext_lazy("前の受付番号の案件が見つかりません。番号を確かめるか、空けたまま進んでください。")


class EarlierIsSlip(Refusal):
    """The last digit of the number that was typed does not fit the others."""

    code = "earlier_is_slip"
    status = 422
    message = gettext_lazy("受付番号の最後の数字が合いません。打ち間違いがないか、もう一度お確かめください。")


class EarlierIsProtected(Refusal):
    """秘匿: nothing is copied from what is known of this person."""

    code = "earlier_is_protected"
    status = 422
    message = gettext_lazy(
        "この人の情報は秘匿されているため、写せません。前の受付番号を空けて「秘匿の申し出」に印をつけ、ご本人の言うとおりに書いてください。"
    )


@STEPS
@guard(staff("clerk", "head"))
def receive(request: HttpRequest) -> HttpResponse:
    """What came, and how."""
    if request.method != "POST":
        return show_receive(request)
    try:
        draft = _begun(request)
    except Refusal as refusal:
        return show_receive(request, refusal)
    return go(request, "desk:procedures:entry", draft_id=draft.pk)


def show_receive(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """Procedure, channel, and whom it is from where they were here before."""
    receivable = queries.receivable(request.actor)
    ways = {way for one in receivable for way in one.channels}
    context = {
        "procedures": receivable,
        # Only what one of these procedures is taken in by; which of them each offers is checked when it is sent.
        "channels": [one for one in queries.desk_channels() if one[0] in ways],
        "begun": queries.begun(request.actor),
        "typed": request.POST,
        "today": clock.today().isoformat(),
        "refusal": refusal,
    }
    return page(request, "desk/procedures/receive.html", context, status=refusal.status if refusal else 200)


def _begun(request: HttpRequest) -> Any:
    key, channel = request.POST.get("procedure", ""), request.POST.get("channel", "")
    if key not in {one.key for one in queries.receivable(request.actor)} or channel not in dict(
        queries.desk_channels()
    ):
        raise ChooseWhat
    names = dict(queries.desk_channels())
    offered = next(one.channels for one in queries.receivable(request.actor) if one.key == key)
    # What lies on the desk is received whatever was published: nobody is sent away with it (行政手続法 第7条).
    if channel not in {*offered, "post", "counter"}:
        raise NotByThisChannel(ways="、".join(names[one] for one in offered))
    # Before anything is kept: a day that cannot be leaves nothing behind.
    arrived = arrival(request.POST)
    known = _known_party(request)
    party = known or people.keep_party(
        profile={}, is_protected=bool(request.POST.get("protected")), by=request.actor
    )
    draft = services.start_draft(key=key, by=request.actor, channel=channel, party=party, arrived_on=arrived)
    # The number of an earlier case is named so that name and address need not be written again.
    return services.use_kept(draft=draft, by=request.actor) if known else draft


def _known_party(request: HttpRequest) -> Any:
    """Who applied before under that number; looking their data up is on record in that case."""
    typed = request.POST.get("earlier", "").strip()
    if not typed:
        return None
    earlier = queries.find_by_receipt(request.actor, as_number(typed))
    if earlier is None and is_slip(as_number(typed)):
        raise EarlierIsSlip
    if earlier is None or earlier.applicant_id is None:
        raise NoSuchEarlierCase
    if earlier.applicant.is_protected:
        raise EarlierIsProtected
    services.record_look(
        case=earlier, by=request.actor, reason=_("新しい申請の受付"), what=_("氏名・住所などの写し")
    )
    return identity.party(earlier.applicant_id)


@STEPS
@guard(staff("clerk", "head"))
def entry(request: HttpRequest, draft_id: Any) -> HttpResponse:
    """All questions on one page. What is written is kept at every press; after it was read back it is handed in."""
    draft = queries.begun_draft(request.actor, draft_id)
    if draft.closed_at is not None:
        made = services.submit(draft=draft, by=request.actor)
        return go(request, "desk:procedures:received", case_id=made.pk)
    try:
        opened = queries.read_begun(request.actor, draft_id)
    except LookReasonNeeded:
        return page(request, "desk/procedures/entry_look.html", _of_colleague(request, draft))
    if request.method != "POST":
        try:
            services.keep_up(draft=draft, by=request.actor)
        except NoLongerOffered as refusal:
            return show_entry(request, opened, refusal=refusal)
        return show_entry(request, queries.read_begun(request.actor, draft_id))
    errors = _keep_answers(request, draft_id)
    opened = queries.read_begun(request.actor, draft_id)
    if town := request.POST.get("town", ""):
        errors.pop(town, None)  # half an address is no mistake while its town is looked up
        return show_entry(request, opened, errors=errors, town=town)
    try:
        if item := request.POST.get("take_out", ""):
            forms.remove_item(draft=opened.draft, form=opened.procedure.form, item=item, by=request.actor)
            return show_entry(request, queries.read_begun(request.actor, draft_id), errors=errors)
        then = request.POST.get("then", "")
        if then == "seen" and not errors:
            services.see_changes(draft=opened.draft, by=request.actor)
            return show_entry(request, queries.read_begun(request.actor, draft_id))
        if then == "leave" and not errors:
            messages.success(
                request, _("書いたところまで残しました。「入力のとちゅう」から、つづきを書けます。")
            )
            return go(request, "desk:procedures:receive")
        if errors or then not in {*TO_READ_BACK, *TO_RECEIVE}:
            return show_entry(request, opened, errors=errors)
        if then in TO_READ_BACK:
            return _read_back(request, opened, as_it_is=then == "receive_as_it_is")
        _keep_party(request, opened)
        as_it_is = then == "confirmed_as_it_is"
        made = services.submit(draft=opened.draft, by=request.actor, incomplete=as_it_is)
    except Refusal as refusal:
        return show_entry(request, queries.read_begun(request.actor, draft_id), refusal=refusal)
    return go(request, "desk:procedures:received", case_id=made.pk)


def _read_back(request: HttpRequest, opened: Any, *, as_it_is: bool = False) -> HttpResponse:
    """読み上げて確認: everything as it will be received, before it is. Raises NotFinished, the vault's refusals.

    What came on paper is received even with answers missing (行政手続法 第7条): they are asked for afterwards.
    """
    _keep_papers(request, opened)
    opened = queries.read_begun(request.actor, opened.draft.pk)
    if opened.sheet.left and not as_it_is:
        raise NotFinished(left=opened.sheet.left)
    context = {
        "opened": opened,
        "as_it_is": as_it_is,
        "papers": opened.papers.needed,
        "channel": dict(queries.desk_channels()).get(opened.draft.channel, ""),
    }
    return page(request, "desk/procedures/entry_read.html", context)


def _of_colleague(request: HttpRequest, draft: Any) -> dict[str, Any]:
    """What one may know of a colleague's entry before the look is on record."""
    row = next((one for one in queries.begun(request.actor) if one.id == draft.pk), None)
    return {"row": row, "draft": draft, "reason": _(GO_ON)}


@require_POST
@guard(staff("clerk", "head"))
def look(request: HttpRequest, draft_id: Any) -> HttpResponse:
    """記録して、つづける: a colleague goes on where somebody else of the division stopped."""
    draft = queries.begun_draft(request.actor, draft_id)
    audit.record_read(
        Ref.to(draft), by=request.actor, purpose=GO_ON, what=queries.BEGUN, subject=draft.party_id
    )
    services.take_from_list(draft=draft, by=request.actor, is_protected=bool(request.POST.get("protected")))
    return go(request, "desk:procedures:entry", draft_id=draft.pk)


def show_entry(
    request: HttpRequest,
    opened: Any,
    *,
    errors: Mapping[str, Mapping[str, Any]] | None = None,
    refusal: Refusal | None = None,
    town: str = "",
) -> HttpResponse:
    """The long page; after a refusal with what was typed there and each sentence at its place.

    `town` is the path of an address whose postcode is to be looked up.
    """
    errors = errors or {}
    goers = _items_to_take_out(opened.sheet)
    labels = {
        one.path: " ".join(filter(None, (one.position, str(one.short_label or one.label))))
        for one in opened.sheet.questions
    }
    pages = []
    for leaf in opened.sheet.pages:
        rows = []
        for asked in leaf.questions:
            # A clerk reads many of these a day: the short name says enough.
            asked.label = asked.short_label or asked.label
            wrong = errors.get(asked.path, {})
            typed, remark = (request.POST if wrong else None), ""
            if asked.path == town:
                typed, remark = _with_town(request, asked)
            rows.append(
                {
                    "town_remark": remark,
                    "asked": asked,
                    "prefix": f"{asked.path}:",
                    "errors": wrong,
                    "typed": typed,
                    "is_hidden": asked.path in opened.hidden,
                    "may_go": asked.item and asked.item in goers,
                }
            )
        pages.append((leaf, rows))
    context = {
        "opened": opened,
        "pages": pages,
        "papers": opened.papers.needed,
        "channel": dict(queries.desk_channels()).get(opened.draft.channel, ""),
        "changed": queries.changed(opened),
        "same_person": queries.same_person(request.actor, opened.draft),
        "refusal": refusal,
        "error_list": [
            {
                **line,
                "sentence": f"{labels.get(path, '')}：{line['sentence']}"
                if labels.get(path)
                else line["sentence"],
            }
            for path, wrong in errors.items()
            for line in error_list(path, wrong)
        ],
        "still_open": _still_open(opened.sheet) if isinstance(refusal, NotFinished) else [],
        "kept": request.method == "POST" and not errors and not refusal,
    }
    status = refusal.status if refusal else 422 if errors else 200
    return page(request, "desk/procedures/entry.html", context, status=status)


def _still_open(sheet: Any) -> list[dict[str, str]]:
    """The questions that keep the case from being received, each leading to its first input."""
    return [
        {
            "href": f"#{question_id(one.path)}-{next(iter(one.inputs), 'value')}",
            "sentence": " ".join(filter(None, (one.position, str(one.label)))),
        }
        for one in sheet.questions
        if not one.is_answered
    ]


def _with_town(request: HttpRequest, asked: Any) -> tuple[dict[str, str], str]:
    inputs, remark = form_queries.address_with_town(_posted(request, asked))
    return {f"{asked.path}:{name}": typed for name, typed in inputs.items()}, remark


def _keep_answers(request: HttpRequest, draft_id: Any) -> dict[str, Mapping[str, Any]]:
    """Keep what was written, question by question, as each answer decides which others are asked."""
    errors: dict[str, Mapping[str, Any]] = {}
    done: set[str] = set()
    for _turn in range(MOST_TURNS):
        opened = queries.read_begun(request.actor, draft_id)
        asked = next(
            (
                one
                for one in opened.sheet.questions
                if _is_to_keep(request, one, done, is_hidden=one.path in opened.hidden)
            ),
            None,
        )
        if asked is None:
            break
        done.add(asked.path)
        try:
            services.save_answer(
                draft=opened.draft, path=asked.path, posted=_posted(request, asked), by=request.actor
            )
        except AnswerRefused as refusal:
            errors[asked.path] = refusal.errors
    return errors


def _items_to_take_out(sheet: Any) -> dict[str, str]:
    """item -> how it is called, for the lists that hold more than one."""
    lists: dict[str, dict[str, str]] = {}
    for one in sheet.questions:
        if one.item:
            lists.setdefault(one.item.partition(".")[0], {})[one.item] = one.position
    return {item: name for many in lists.values() if len(many) > 1 for item, name in many.items()}


def _posted(request: HttpRequest, asked: Any) -> dict[str, str]:
    return {name: request.POST.get(f"{asked.path}:{name}", "") for name in asked.inputs}


def _is_to_keep(request: HttpRequest, asked: Any, done: set[str], *, is_hidden: bool) -> bool:
    """Written now, and not as it stands already. A required question left empty stays open.

    What 秘匿 hides from this reader stands as it was unless something new is written.
    """
    if asked.path in done or not any(f"{asked.path}:{name}" in request.POST for name in asked.inputs):
        return False
    posted = _posted(request, asked)
    if not any(typed.strip() for typed in posted.values()):
        return not (asked.is_required or is_hidden) and (not asked.is_answered or asked.value is not None)
    return not asked.is_answered or posted != asked.inputs


def _keep_papers(request: HttpRequest, opened: Any) -> None:
    """How each paper comes: a scan now, later, or looked up in the office with consent."""
    for paper in opened.papers.needed:
        about = {"draft": opened.draft, "document": paper.document.id, "by": request.actor}
        upload = request.FILES.get(f"file:{paper.document.id}")
        if upload is not None:
            services.attach(**about, upload=upload, name=upload.name)
        elif request.POST.get(f"way:{paper.document.id}") == "link" and paper.document.omitted_by:
            services.use_link(**about)
        elif not paper.way:
            services.bring_later(**about)


def _keep_party(request: HttpRequest, opened: Any) -> None:
    """Whom it is from, as stated; what was known and is not asked here stays."""
    party = identity.party(opened.draft.party_id)
    if party is None:
        return
    people.keep_party(
        profile={**identity.profile(party), **opened.profile},
        by=request.actor,
        party=party,
        is_protected=party.is_protected,
        language=party.language,
    )


@require_safe
@guard(staff("clerk", "head"))
def received(request: HttpRequest, case_id: Any) -> HttpResponse:
    """The receipt number, to be said or written down. Nothing else: the case itself asks for a reason."""
    shown = queries.case_for_staff(request.actor, case_id)
    return page(request, "desk/procedures/received.html", {"row": shown.row})
