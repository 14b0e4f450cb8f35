"""Writing: one question a screen, what to show at the counter, the last look, and off it goes to the staff."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.forms import services as forms
from madoguchi.engines.forms.errors import AnswerRefused, NoSuchQuestion
from madoguchi.engines.procedures import queries, services
from madoguchi.engines.procedures.errors import AlreadyHandedOver, NotFinished
from madoguchi.faces.shared import walking
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, terminal
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import Refusal

from . import visits
from .templatetags.kiosk import DOTS
from .visits import visiting

PAGES = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@guard(terminal)
@visiting
def resume(request: Asked, opened: Any) -> HttpResponse:
    """To the first question that is open."""
    return go_on(request, opened)


def go_on(request: Asked, opened: Any, after: str = "") -> HttpResponse:
    """The next question; when all are answered, what to show at the counter (once), and the last look."""
    asked = walking.following(opened.sheet, after)
    if asked is not None:
        return go(request, "kiosk:question", path=asked.path)
    return go(request, "kiosk:check" if visits.visit_of(request).get("papers") else "kiosk:papers")


@PAGES
@guard(terminal)
@visiting
def question(request: Asked, opened: Any, path: str) -> HttpResponse:
    """One question. What was typed stays on the screen until it is right."""
    if request.method != "POST":
        if opened.sheet.question(path) is None:
            return go_on(request, opened)
        return show_question(request, opened, path)
    if request.POST.get("town"):
        return show_question(request, opened, path, with_town=True)
    try:
        services.save_answer(draft=opened.draft, path=path, posted=request.POST, by=request.actor)
    except AnswerRefused as refusal:
        return show_question(request, opened, path, refusal)
    except NoSuchQuestion:
        return go_on(request, _fresh(request, opened))
    return go_on(request, _fresh(request, opened), after=path)


def show_question(
    request: Asked,
    opened: Any,
    path: str,
    refusal: AnswerRefused | None = None,
    *,
    with_town: bool = False,
) -> HttpResponse:
    """The question. Personal answers are covered while they are typed, and so are names written before."""
    asking = walking.shown(request, opened.sheet, path, refusal, with_town=with_town)
    asked, is_open = asking["asked"], request.GET.get("show") == "1"
    if not is_open:
        for name in filter(None, asking["whole"]):
            asked.label = str(asked.label).replace(name, DOTS)
    questions = opened.sheet.questions
    context = {
        **asking,
        "entered": asking["entered"] if is_open else [],
        "title": opened.title,
        "eligible": opened.eligible,
        "is_personal": asked.is_sensitive,
        "is_open": is_open,
        "place": questions.index(asked) + 1,
        "total": len(questions),
        "from_check": opened.sheet.is_complete,
    }
    return page(request, "kiosk/question.html", context, status=refusal.status if refusal else 200)


@PAGES
@guard(terminal)
@visiting
def remove(request: Asked, opened: Any, item: str) -> HttpResponse:
    """Take one child (or other item) out again, after asking once."""
    about = walking.to_remove(opened.sheet, item)
    if about is None:
        return go_on(request, opened)
    if request.method != "POST":
        return page(request, "kiosk/remove.html", {**about, "title": opened.title})
    try:
        forms.remove_item(draft=opened.draft, form=opened.procedure.form, item=item, by=request.actor)
    except NoSuchQuestion:
        pass  # pressed twice: it is out already
    return go_on(request, _fresh(request, opened))


@require_safe
@guard(terminal)
@visiting
def papers(request: Asked, opened: Any) -> HttpResponse:
    """What to show at the counter. Nothing is photographed here."""
    if opened.sheet.left:
        return go_on(request, opened)
    visits.note(request, papers=True)
    context = {"title": opened.title, "papers": opened.papers.needed, "bring": opened.bring}
    return page(request, "kiosk/papers.html", context)


@require_safe
@guard(terminal)
@visiting
def check(request: Asked, opened: Any) -> HttpResponse:
    """The last look. Every answer is covered; 「見る」 uncovers one page of the form, on this screen only."""
    if opened.sheet.left:
        return go_on(request, opened)
    return show_check(request, opened)


def show_check(request: Asked, opened: Any, refusal: Refusal | None = None) -> HttpResponse:
    """What is covered is not in the page at all: there is nothing to be read from its source."""
    seen = request.GET.get("see", "")
    pages = [
        {
            "leaf": leaf,
            "is_seen": leaf.id == seen,
            "rows": [
                {"asked": asked, "shown": asked.shown if leaf.id == seen else ""}
                for asked in leaf.questions
                if asked.kind != "list_more" or leaf.id == seen
            ],
        }
        for leaf in opened.sheet.pages
        if leaf.total
    ]
    context = {"title": opened.title, "pages": pages, "eligible": opened.eligible, "refusal": refusal}
    return page(request, "kiosk/check.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(terminal)
@visiting
def hand(request: Asked, opened: Any) -> HttpResponse:
    """係員に渡す."""
    try:
        entry = services.hand_to_staff(draft=opened.draft, by=request.actor)
    except AlreadyHandedOver:
        entry = queries.handed_over(request.actor, opened.draft.pk)
    except NotFinished:
        return go_on(request, _fresh(request, opened))
    return visits.show_number(request, entry)


def _fresh(request: Asked, opened: Any) -> Any:
    return queries.visit(request.actor, opened.draft.pk)
