"""What every page of one blueprint shares: the frame, saving what was seen, redrawing with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.engines.authoring import queries, services
from madoguchi.engines.authoring.errors import SavedMeanwhile
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import Refusal

# The pages one writes on, in the order one goes through them.
PAGES = (
    ("basics", gettext_lazy("名前と説明")),
    ("questions", gettext_lazy("質問")),
    ("papers", gettext_lazy("書類")),
    ("channels", gettext_lazy("受付の方法")),
    ("route", gettext_lazy("進め方")),
    ("letters", gettext_lazy("通知書")),
    ("deadline", gettext_lazy("期限と保存")),
    ("languages", gettext_lazy("ほかの言語")),
    ("yaml", gettext_lazy("YAML")),
)
STATES = {
    "draft": gettext_lazy("作成中"),
    "asked": gettext_lazy("公開の確認待ち"),
    "published": gettext_lazy("公開中"),
    "changed": gettext_lazy("公開中（直しかけあり）"),
    "withdrawn": gettext_lazy("公開をやめた"),
}


def frame(opened: Any, page_name: str = "") -> dict[str, Any]:
    """What the frame shows."""
    return {
        "opened": opened,
        "blueprint": opened.blueprint,
        "source": opened.source,
        "shape": opened.shape,
        "pages": [
            (name, title, len([one for one in opened.on_page(name) if one.is_error])) for name, title in PAGES
        ],
        "page_name": page_name,
        "page_title": dict(PAGES).get(page_name, ""),
        "state_name": STATES[opened.state],
        "faults": opened.on_page(page_name),
        "seen": opened.blueprint.revision,
    }


def show(
    request: Asked,
    opened: Any,
    page_name: str,
    template: str,
    refusal: Refusal | None = None,
    **more: Any,
) -> HttpResponse:
    """One page; after a refusal with what was typed (`typed`) and the reason."""
    context = frame(opened, page_name) | more
    context |= {
        "refusal": refusal,
        "typed": request.POST if refusal else None,
        "wrong": getattr(refusal, "field", ""),
        "can_save": opened.may_write,
    }
    # The number is renewed after somebody else's save, so that what was typed can be saved over it knowingly.
    status = refusal.status if refusal else 200
    return page(request, f"desk/authoring/{template}.html", context, status=status)


def seen(request: Asked) -> int:
    """The revision the page was made from. A form without it is an old one."""
    revision = number(request.POST.get("seen", ""))
    if revision is None:
        raise SavedMeanwhile
    return revision


def keep(request: Asked, opened: Any, change: Any, what: str) -> None:
    """Save what a page changed, and say so."""
    services.keep(blueprint=opened.blueprint, seen=seen(request), change=change, what=what, by=request.actor)
    messages.success(request, _("保存しました"))


def back(opened: Any, request: Asked, route: str, **kwargs: Any) -> HttpResponse:
    return go(request, f"desk:authoring:{route}", blueprint_id=opened.blueprint.pk, **kwargs)


def fresh(request: Asked, opened: Any) -> Any:
    """The blueprint as it stands after a refusal."""
    return queries.opened(request.actor, opened.blueprint.pk)


class Typed(dict[str, str]):
    """The values of a form: what was typed, else what is saved."""

    def __init__(self, saved: Mapping[str, Any], posted: Mapping[str, str] | None) -> None:
        said = {key: "" if value is None else str(value) for key, value in saved.items()}
        super().__init__(
            said if posted is None else {**dict.fromkeys(said, ""), **{k: posted[k] for k in posted}}
        )
