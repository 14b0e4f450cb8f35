"""Publishing a result: counted, compared, frozen, told."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import override

from madoguchi.engines.messaging import services as messages
from madoguchi.kernel import audit, clock, jobs
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.identity.models import Party
from madoguchi.kernel.refs import Actor, Ref
from madoguchi.kernel.text import digest_of

from .. import rules
from ..errors import AlreadyPublished, NotReadyToPublish, TotalsDiffer
from ..models import Call, FollowUp, Opinion, Outcome, Publication
from ..queries.results import result
from ..queries.unready import unready
from .afterwards import promise
from .claims import change, take_turn


@writes
def publish(*, call: Call, by: Actor, typed: Mapping[str, int] | None = None, why: str = "") -> Publication:
    """Freeze the result and show it. `typed` are figures somebody wrote elsewhere (in a paper, in a council's
    material): {"opinions": 17, "persons": 3, "◎": 1 …}. Different from what is counted, nothing is published.

    A correction of a published result says `why`, and the earlier publication stays. Raises NotReadyToPublish,
    TotalsDiffer, AlreadyPublished, NotAllowed, SomebodyWasFaster.
    """
    rules.check_runs(by, call)
    last = Publication.objects.filter(call=call).aggregate(last=Max("number"))["last"] or 0
    if (last or call.state == Call.State.PUBLISHED) and not why.strip():
        raise AlreadyPublished
    # What comes in or is cut at this moment is either counted here or finds the result published.
    take_turn(call)
    if problems := unready(call):
        raise NotReadyToPublish(problems=" ".join(problems))
    with override("ja"):
        # What is frozen is Japanese, whoever presses: the same content has the same digest.
        counted = result(call)
    if differences := list(_differences(counted.totals, typed or {})):
        raise TotalsDiffer(differences="、".join(differences))
    content = counted.as_data()
    publication = Publication.objects.create(
        call=call,
        number=last + 1,
        at=clock.now(),
        by=rules.person(by),
        content=content,
        digest=digest_of(content),
        why=why.strip(),
    )
    change(call, state=Call.State.PUBLISHED, published_at=call.published_at or clock.now())
    _begin_to_follow(call, by)
    _tell(call, publication, by)
    jobs.enqueue("consultation.index")
    audit.record(
        "consultation.published",
        call.ref,
        by=by,
        facts={"number": publication.number, "digest": publication.digest},
    )
    return publication


@writes
def begin_correction(*, call: Call, by: Actor) -> Call:
    """Something published is wrong. Everybody goes on seeing what was published, as it was frozen, while the rows are
    put right and every answer that changes goes its way of approval again; `publish` then shows the corrected result.

    Raises NotFound where nothing of ours was published, NotAllowed, SomebodyWasFaster.
    """
    rules.check_runs(by, call)
    if call.state != Call.State.PUBLISHED or not call.publications.exists():
        raise NotFound
    change(call, state=Call.State.OPENED)
    audit.record("consultation.correction_begun", call.ref, by=by)
    return call


def _differences(totals: Mapping[str, int], typed: Mapping[str, int]):  # type: ignore[no-untyped-def]
    for name, number in typed.items():
        if totals.get(name, 0) != number:
            yield _("%(name)s：入力%(typed)s、計算%(counted)s") % {
                "name": name,
                "typed": number,
                "counted": totals.get(name, 0),
            }


def _begin_to_follow(call: Call, by: Actor) -> None:
    """Every △ and ※ has a state from the first day: not yet looked at again."""
    followed = Opinion.objects.filter(call=call, category__meaning__in=rules.FOLLOWED, outcomes=None)
    begun = [
        Outcome(
            opinion=opinion,
            state=Outcome.State.NOT_YET,
            on=clock.today().isoformat(),
            words=_("結果を公表しました。これから確かめます。"),
            at=clock.now(),
            by=by.account,
            by_name=by.name,
        )
        for opinion in followed
    ]
    # In one go: one row after another, ten thousand opinions held the whole city's write gate for as many statements.
    Outcome.objects.bulk_create(begun, 500)
    for row in FollowUp.objects.filter(opinion__call=call, closed_at=None).select_related("opinion__call"):
        promise(row, by=by)


def _tell(call: Call, publication: Publication, by: Actor) -> None:
    for party in Party.objects.filter(pk__in=call.comments.values("party")).order_by("pk"):
        with override(party.language):
            messages.notify(
                kind="consultation.published",
                about=Ref.to(call),
                recipient=party,
                subject=_("ご意見と、区の考え方を公表しました"),
                body=_("「%(title)s」にいただいた意見と、それに対する考え方を公表しました。")
                % {"title": call.title},
                channels=(messages.MAIL,),
                by=by,
                key=f"consultation.published:{publication.pk}:{party.pk}",
            )
