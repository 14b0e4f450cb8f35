"""Finding a procedure: the list, its page, the paper to print, the way in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madoguchi.engines.directory import queries as directory
from madoguchi.engines.forms import queries as forms
from madoguchi.engines.procedures import queries, services
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import anyone, ask_to_sign_in, guard
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.text import JAPANESE

from ..words import channel_name


@require_safe
@guard(anyone)
def listing(request: Asked) -> HttpResponse:
    """来なくてもできる手続き: what can be begun here, and which of it can be printed."""
    cards = queries.procedures_online()
    return page(
        request,
        "portal/procedures/list.html",
        {
            "online": [card for card in cards if card.is_online],
            "printable": [card for card in cards if "post" in card.channels],
        },
    )


@require_safe
@guard(anyone)
def procedure(request: Asked, key: str) -> HttpResponse:
    """Everything one wants to know before beginning, and what the person has of it already."""
    found = queries.procedure(key)
    drafts, cases = queries.work_on(request.actor, key) if request.actor.is_resident else ([], [])
    return page(
        request,
        "portal/procedures/procedure.html",
        {
            "procedure": found,
            "drafts": drafts,
            "cases": cases,
            "channels": [(name, channel_name(name)) for name in found.card.channels],
            "contact": directory.contact(found.card.division),
            "counters": directory.counters(found.card.division),
            "division_names": {} if request.LANGUAGE_CODE == JAPANESE else directory.said_names(),
        },
    )


# The session remembers which procedure somebody wanted to begin before they signed in.
WANTS = "wants_to_begin"


@require_http_methods(["GET", "HEAD", "POST"])
@guard(anyone)
def start(request: Asked, key: str) -> HttpResponse:
    """Begin a draft and open its first question; who is not signed in does that first and is then taken on.

    A bare GET begins nothing: only the session in which the button was pressed goes on after the sign-in.
    """
    wanted = request.session.get(WANTS) == key
    if request.method != "POST" and not wanted:
        return go(request, "portal:procedures:procedure", key=key)
    if not request.actor.is_resident:
        request.session[WANTS] = key
        return ask_to_sign_in(request, back=reverse("portal:procedures:start", args=[key]))
    request.session.pop(WANTS, None)
    if request.method != "POST":
        # After the sign-in it may turn out that there is one already: no second one is begun unasked.
        drafts, cases = queries.work_on(request.actor, key)
        if drafts:
            messages.info(request, _("書きかけがありました。続きから始めます。"))
            return go(request, "portal:procedures:draft", draft_id=drafts[0].id)
        if cases:
            messages.info(
                request, _("サインインしました。この手続きは、もう出してあります。下で確かめてください。")
            )
            return go(request, "portal:procedures:procedure", key=key)
    draft = services.start_draft(key=key, by=request.actor, language=request.LANGUAGE_CODE)
    return go(request, "portal:procedures:draft", draft_id=draft.pk)


@require_safe
@guard(anyone)
def printable(request: Asked, key: str) -> HttpResponse:
    """The blank form in large letters, to print, fill in by hand and send."""
    found = queries.procedure(key)
    return page(
        request,
        "portal/procedures/printable.html",
        {
            "procedure": found,
            "paper_pages": queries.blank_form(key),
            "contact": directory.contact(found.card.division),
        },
    )


@require_safe
@guard(anyone)
def paper(request: Asked, key: str, document: str) -> HttpResponse:
    """A paper that goes with the procedure (別居監護申立書), empty, to print and fill in by hand."""
    found = queries.procedure(key)
    wanted = next((one for one in found.documents if one.id == document and one.form), None)
    if wanted is None:
        raise NotFound
    context = {
        "procedure": found,
        "form": forms.blank_form(wanted.form),
        "contact": directory.contact(found.card.division),
    }
    return page(request, "portal/procedures/printable_paper.html", context)
