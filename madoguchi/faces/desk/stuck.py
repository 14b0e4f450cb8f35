"""止まっているもの: what did not reach a resident, and work that gave up. Each can be tried again here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madoguchi.engines.messaging import queries as messaging
from madoguchi.engines.messaging import services as messaging_services
from madoguchi.engines.procedures import queries
from madoguchi.faces.shared.guards import guard, staff
from madoguchi.faces.shared.pages import go, page
from madoguchi.kernel import audit, jobs
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound, Refusal
from madoguchi.kernel.refs import Actor, Ref

from .words import job_name

# Work that belongs to no case is the operators': a clerk can do nothing about it.
SEES_ALL = "operator"
MOST = 200


@dataclass(slots=True)
class StuckThing:
    """One line: a delivery or a job, with the receipt number it is about."""

    row: Any
    receipt: str
    case_id: str
    name: Any
    can_retry: bool


@dataclass(slots=True)
class Stuck:
    deliveries: list[StuckThing]
    jobs: list[StuckThing]

    @property
    def count(self) -> int:
        return len(self.deliveries) + len(self.jobs)

    @property
    def first_deliveries(self) -> list[StuckThing]:
        return self.deliveries[:3]

    @property
    def first_jobs(self) -> list[StuckThing]:
        return self.jobs[:3]


def stuck_for(actor: Actor) -> Stuck:
    """What is stuck in the cases of this person's divisions; for operators also what belongs to no case."""
    lost = list(messaging.undelivered()[:MOST])
    halted = list(jobs.stuck()[:MOST])
    receipts = queries.receipts_about(
        actor, [*(one.message.about for one in lost), *(job.about for job in halted)]
    )
    everything = actor.has_role(SEES_ALL)
    return Stuck(
        deliveries=[
            _thing(
                one, one.message.about, receipts, one.get_channel_display(), can_retry=one.state != "queued"
            )
            for one in lost
            if everything or one.message.about in receipts
        ],
        jobs=[
            _thing(job, job.about, receipts, job_name(job.kind), can_retry=job.state == "failed")
            for job in halted
            if everything or job.about in receipts
        ],
    )


def _thing(row: Any, about: str, receipts: dict[str, str], name: Any, *, can_retry: bool) -> StuckThing:
    receipt = receipts.get(about, "")
    return StuckThing(row, receipt, about.rpartition(":")[2] if receipt else "", name, can_retry)


@require_safe
@guard(staff())
def stuck(request: HttpRequest) -> HttpResponse:
    """The whole list."""
    return show_stuck(request)


def show_stuck(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    """The list as it stands; after a refusal with the reason."""
    context = {"stuck": stuck_for(request.actor), "refusal": refusal}
    return page(request, "desk/stuck.html", context, status=refusal.status if refusal else 200)


@require_POST
@guard(staff())
def delivery_again(request: HttpRequest, delivery_id: Any) -> HttpResponse:
    """Send the message once more."""
    found = _mine(stuck_for(request.actor).deliveries, delivery_id)
    try:
        messaging_services.resend(found.row, by=request.actor)
    except Refusal as refusal:
        return show_stuck(request, refusal)
    messages.success(request, _("もう一度送ることにしました。"))
    return go(request, "desk:stuck")


@require_POST
@guard(staff())
def job_again(request: HttpRequest, job_id: Any) -> HttpResponse:
    """Let the worker try once more."""
    found = _mine(stuck_for(request.actor).jobs, job_id)
    with writes():
        # jobs stand below the audit, so whoever asks records it: both commit together.
        if jobs.retry(found.row):
            audit.record("job.retried", Ref.to(found.row), by=request.actor, facts={"kind": found.row.kind})
    messages.success(request, _("もう一度やってみます。少し待ってから確かめてください。"))
    return go(request, "desk:stuck")


def _mine(things: list[StuckThing], wanted: Any) -> StuckThing:
    """Raises NotFound for what is not stuck any more, or is not this person's."""
    found = next((thing for thing in things if thing.row.pk == wanted), None)
    if found is None:
        raise NotFound(_("もう止まっていません。画面を開き直してください。"))
    return found
