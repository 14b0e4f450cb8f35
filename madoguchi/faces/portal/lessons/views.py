"""練習ページ: what one can try, begin, and be done with."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.lessons import queries, services
from madoguchi.engines.lessons.errors import LessonOver
from madoguchi.faces.shared import sessions
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.codes import code
from madoguchi.faces.shared.guards import guard, newcomer
from madoguchi.faces.shared.pages import go, go_to, page
from madoguchi.faces.shared.practising import LESSON
from madoguchi.kernel.access import limits
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import anonymous

# A class of thirty behind one address begins within a minute or two; somebody who fills the house is slowed down.
BEGUN_PER_MINUTE = 40


@require_safe
@guard(newcomer)
def index(request: Asked) -> HttpResponse:
    """The sample forms, what this browser has done of them, and the code to open this page on one's own telephone."""
    learner = _learner(request)
    found = queries.lessons(learner)
    here = settings.PUBLIC_URL.rstrip("/") + reverse("portal:lessons:index")
    done = bool(found) and all(one.is_sent for one in found)
    context = {"lessons": found, "is_learning": learner is not None, "all_done": done, "code": code(here)}
    return page(request, "portal/lessons/index.html", context)


@require_POST
@guard(newcomer)
def begin(request: Asked, key: str) -> HttpResponse:
    """Into the sample form, as somebody made up. Who has begun before goes on as the same."""
    if not queries.is_lesson(key):
        raise NotFound
    if _learner(request) is None:
        address = request.META.get("REMOTE_ADDR", "")
        limits.spend_of_address(address, what="lesson", per_minute=BEGUN_PER_MINUTE)
        # Nobody's deed: who signed in to this browser is no business of the record.
        visit = services.begin(by=anonymous(), address=address)
        request.session.cycle_key()  # one planted in this browser opens nothing of it
        request.session[LESSON] = str(visit.pk)
    return go_to(
        request, f"{reverse('portal:lessons:index')}try{reverse('portal:procedures:procedure', args=[key])}"
    )


@require_POST
@guard(newcomer)
def end(request: Asked) -> HttpResponse:
    """Everything that was written is gone at once."""
    visit = queries.visit(sessions.kept_text(request, LESSON))
    request.session.pop(LESSON, None)
    if visit is not None:
        services.end(visit=visit, by=anonymous())
    messages.success(request, _("練習を終わりました。書いたものは、すべて消しました。"))
    return go(request, "portal:lessons:index")


def _learner(request: Asked) -> queries.Learner | None:
    """Whom this browser plays, while the lesson lasts."""
    kept = sessions.kept_text(request, LESSON)
    if not kept:
        return None
    try:
        return queries.learner(kept)
    except LessonOver:
        return None
