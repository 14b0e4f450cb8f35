"""Entries at the desk: by number only; whose they are is shown for a reason that is on record first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.engines.lottery import queries, services
from madoguchi.engines.lottery.errors import WishesUnclear
from madoguchi.faces.shared.asking import Asked
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.refs import is_id, new_id

from .views import MINDING

CHANNELS = {
    "phone": gettext_lazy("電話"),
    "post": gettext_lazy("郵便・はがき"),
    "counter": gettext_lazy("窓口"),
}
FIELDS = ("family", "given", "family_kana", "given_kana", "birth", "phone", "postcode", "address")
PER_PAGE = 100


@require_safe
@guard(staff(*MINDING))
def listed(request: Asked, key: str) -> HttpResponse:
    """A hundred at a time, in the order they came. No names."""
    found = queries.round_for(request.actor, key)
    rows = Paginator(queries.entries_for_desk(found), PER_PAGE).get_page(request.GET.get("page"))
    return page(request, "desk/draws/entries.html", {"round": found, "rows": rows})


@require_safe
@guard(staff(*MINDING))
def entry(request: Asked, entry_id: Any) -> HttpResponse:
    """One entry: its wishes and what became of them."""
    return show(request, queries.entry_for_desk(request.actor, entry_id))


def show(
    request: Asked, found: Any, refusal: Refusal | None = None, seen: dict[str, Any] | None = None
) -> HttpResponse:
    """As it stands now; `seen` is who it is, once the look is on record."""
    names = queries.titles(found.round)
    stand = queries.stand(found)
    won = {win.rank: win for win in stand.wins}
    context = {
        "entry": found,
        "round": found.round,
        "stand": stand,
        "wishes": [
            {"rank": rank, "said": " ＋ ".join(names.get(item, item) for item in wish), "win": won.get(rank)}
            for rank, wish in enumerate(found.wishes, 1)
        ],
        "waiting": [{"said": names.get(one.item, one.item), "place": one.place} for one in stand.waiting],
        "seen": seen,
        "may_change": queries.is_taking(found.round) and found.state == "in",
        "refusal": refusal,
    }
    return page(request, "desk/draws/entry.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff(*MINDING))
def look(request: Asked, entry_id: Any) -> HttpResponse:
    """Who entered: the reason is written down, then the name is shown."""
    found = queries.entry_for_desk(request.actor, entry_id)
    try:
        seen = services.look(entry=found, purpose=request.POST.get("reason", "")[:200], by=request.actor)
    except Refusal as refusal:
        return show(request, found, refusal)
    return show(request, found, seen=seen)


def _done(request: Asked, found: Any, verb: Callable[[], Any], said: str) -> HttpResponse:
    try:
        verb()
    except Refusal as refusal:
        found.refresh_from_db()
        return show(request, found, refusal)
    messages.success(request, said)
    return go(request, "desk:draws:entry", entry_id=found.pk)


@require_POST
@guard(staff(*MINDING))
def withdraw(request: Asked, entry_id: Any) -> HttpResponse:
    """Somebody telephoned that they take it back."""
    found = queries.entry_for_desk(request.actor, entry_id)
    said = _("申し込みを取り下げました。")
    return _done(request, found, lambda: services.withdraw(entry=found, by=request.actor), said)


@require_POST
@guard(staff(*MINDING))
def refuse(request: Asked, entry_id: Any) -> HttpResponse:
    """Not admitted, with the reason."""
    found = queries.entry_for_desk(request.actor, entry_id)
    why = request.POST.get("why", "")[:300]
    said = _("受け付けないことにしました。")
    return _done(request, found, lambda: services.refuse_entry(entry=found, why=why, by=request.actor), said)


@require_POST
@guard(staff(*MINDING))
def answer(request: Asked, entry_id: Any, win_id: Any) -> HttpResponse:
    """The answer of somebody who telephoned or came."""
    found = queries.entry_for_desk(request.actor, entry_id)
    win = queries.win_of(found, win_id)
    takes = request.POST.get("answer") == "confirm"
    verb = services.confirm if takes else services.decline
    said = _("当選を確定しました。") if takes else _("辞退を受け付けました。")
    return _done(request, found, lambda: verb(win=win, by=request.actor), said)


@require_http_methods(["GET", "HEAD", "POST"])
@guard(staff(*MINDING))
def receive(request: Asked, key: str) -> HttpResponse:
    """電話・はがき・窓口の申し込みを入れる: the same round, the same chance."""
    found = queries.round_for(request.actor, key)
    if request.method != "POST":
        return show_receive(request, found)
    token = request.POST.get("once", "")
    try:
        made = services.enter_for_somebody(
            round=found,
            profile=_profile(request),
            wishes=_wishes(request, found),
            tier=request.POST.get("tier", "")[:80],
            channel=_channel(request),
            by=request.actor,
            asked=f"desk:{token}" if is_id(token) else "",
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return show_receive(request, found, refusal)
    messages.success(request, _("受け付けました。受付番号は %(receipt)s です。") % {"receipt": made.receipt})
    return go(request, "desk:draws:entry", entry_id=made.pk)


def _channel(request: Asked) -> str:
    channel = request.POST.get("channel", "")
    if channel not in CHANNELS:
        raise WishesUnclear(what=_("届いた方法"))
    return channel


def _profile(request: Asked) -> dict[str, Any]:
    """What the card or the caller says, in the shape of every profile."""
    said = {name: request.POST.get(name, "").strip()[:200] for name in FIELDS}
    name = {part: said[part] for part in ("family", "given", "family_kana", "given_kana") if said[part]}
    profile: dict[str, Any] = {"name": name}
    if said["address"]:
        profile["address"] = {"postcode": said["postcode"], "address": said["address"], "building": ""}
    return profile | {key: said[key] for key in ("birth", "phone") if said[key]}


def _wishes(request: Asked, found: Any) -> list[list[str]]:
    """The wishes in their order; what was left empty is passed over."""
    rows = []
    for rank in range(1, found.rules["wishes"] + 1):
        slots = range(1, found.rules["bundle_size"] + 1)
        said = [request.POST.get(f"wish-{rank}-{slot}", "")[:80] for slot in slots]
        rows.append([item for item in said if item])
    return [row for row in rows if row]


def show_receive(request: Asked, found: Any, refusal: Refusal | None = None) -> HttpResponse:
    """The form; after a refusal with what was typed."""
    posted, names = request.POST, queries.titles(found)
    ranks = range(1, found.rules["wishes"] + 1)
    slots = range(1, found.rules["bundle_size"] + 1)
    boxes = [
        [
            {"name": f"wish-{rank}-{slot}", "slot": slot, "chosen": posted.get(f"wish-{rank}-{slot}", "")}
            for slot in slots
        ]
        for rank in ranks
    ]
    tiers = found.rules["tiers"]
    context = {
        "round": found,
        "channels": CHANNELS.items(),
        "options": names.items(),
        "ranks": enumerate(boxes, 1),
        "tiers": tiers,
        "typed": {name: posted.get(name, "")[:200] for name in (*FIELDS, "channel")},
        "tier": posted.get("tier", "") or (tiers[0]["key"] if len(tiers) == 1 else ""),
        "once": posted.get("once", "")[:40] or str(new_id()),
        "is_taking": queries.is_taking(found),
        "refusal": refusal,
    }
    return page(request, "desk/draws/receive.html", context, status=refusal.status if refusal else 200)
