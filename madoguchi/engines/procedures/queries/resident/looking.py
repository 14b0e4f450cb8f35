"""だれが私の情報を見たか: who looked at a resident's records and what was done with them, as the audit has it.

A member of staff stands here by division and post, as letters of the office name them; the name stays inside, where
whoever looks into a complaint finds it. Only for whom the records are about: not for who acts under a mandate, and of
a household's records only where nobody in it is under 秘匿.
"""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from madoguchi.engines.forms.models import Draft
from madoguchi.kernel import audit, clock, packs
from madoguchi.kernel.access import queries as access
from madoguchi.kernel.audit.models import Event
from madoguchi.kernel.identity import queries as identity
from madoguchi.kernel.identity.models import AccountParty, PartyKind
from madoguchi.kernel.refs import Actor, ActorKind, Ref, is_id

from ...models import Case

PAGE = 50
LOOK, DEED, PROGRAM = "look", "deed", "program"

# What was done with somebody's records, in words for them. Steps inside the office are not listed.
DEEDS = {
    "case.received": gettext_lazy("申請を受け付けました"),
    "case.correction_asked": gettext_lazy("直してほしいところをお知らせしました"),
    "case.correction_answered": gettext_lazy("直した内容を受け取りました"),
    "case.transferred": gettext_lazy("受け持つ課が変わりました"),
    "case.decided": gettext_lazy("決定しました"),
    "case.letter_sent": gettext_lazy("決定の通知書を出しました"),
    "case.handed_over": gettext_lazy("書類を窓口でお渡ししました"),
    "case.recalled": gettext_lazy("お出しした書類を取り消しました"),
    "case.withdrawn": gettext_lazy("取り下げを受け付けました"),
    "case.sharing_asked": gettext_lazy("ほかの課に見せてよいか、お尋ねしました"),
    "case.sharing_agreed": gettext_lazy("ほかの課に見せることに、同意をいただきました"),
    "case.sharing_by_law": gettext_lazy("法律にもとづいて、ほかの課に見せました"),
    "case.sharing_ended": gettext_lazy("ほかの課に見せるのをやめました"),
    "case.disposed": gettext_lazy("保存の期間が終わり、内容を廃棄しました"),
    "mandate.offered": gettext_lazy("代理をたのみました"),
    "mandate.accepted": gettext_lazy("代理を引き受けました"),
    "mandate.registered": gettext_lazy("窓口で、代理を登録しました"),
    "mandate.confirmed": gettext_lazy("登録した代理を、使えるようにしました"),
    "mandate.acting_begun": gettext_lazy("代理として、手続きの画面をひらきました"),
    "mandate.suspended": gettext_lazy("代理を止めました"),
    "mandate.resumed": gettext_lazy("止めていた代理を、また使えるようにしました"),
    "mandate.revoked": gettext_lazy("代理を終わりにしました"),
    "kept.stored": gettext_lazy("次の手続きのために、内容を覚えました"),
    "kept.forgotten": gettext_lazy("覚えていた内容を消しました"),
    "records.asked": gettext_lazy("登録の申し込みを受け付けました"),
    "records.interviewed": gettext_lazy("面接をして、登録しました"),
    "records.accepted": gettext_lazy("登録しました"),
    "records.refused": gettext_lazy("登録できないことをお伝えしました"),
    "records.changed": gettext_lazy("登録した内容を直しました"),
    "records.renewed": gettext_lazy("登録を更新しました"),
    "records.ended": gettext_lazy("登録をおわりにしました"),
    "records.lent": gettext_lazy("機器を貸し出しました"),
    "records.given_back": gettext_lazy("機器の返却を受け取りました"),
    "access.connected": gettext_lazy("アプリをつなぎました"),
    "access.disconnected": gettext_lazy("アプリをつなぐのをやめました"),
}


@dataclass(frozen=True, slots=True)
class LookRow:
    """One look or deed. `kind`: somebody looked, something was done, a program asked."""

    at: dt.datetime
    kind: str
    who: str
    what: str
    why: str = ""
    title: str = ""
    receipt: str = ""
    case: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class LookDay:
    day: dt.date
    rows: list[LookRow]


@dataclass(frozen=True, slots=True)
class Looks:
    """One page of them, by day, the latest first."""

    days: list[LookDay]
    page: int
    has_more: bool
    cases: list[tuple[uuid.UUID, str, str]]  # id, receipt, title: to choose from
    case: uuid.UUID | None = None  # the one that was chosen


def looks_of(actor: Actor, *, case: str = "", page: int = 1) -> Looks:
    """What the audit says of the actor's own records; of one case where one of theirs is named."""
    if actor.party is None or actor.mandate is not None:
        return Looks([], 1, has_more=False, cases=[])
    things = _things(actor.party)
    chosen = next((one for one in things.cases if str(one.pk) == case), None) if is_id(case) else None
    events = audit.shown_to(
        subjects=[] if chosen else [actor.party, *_households(actor)],
        abouts=things.refs(chosen),
        verbs=[Event.READ, *DEEDS],
    )
    page = max(page, 1)
    found = list(events[(page - 1) * PAGE : page * PAGE + 1])
    rows = _rows(found[:PAGE], actor, things)
    return Looks(
        days=[
            LookDay(day, list(part))
            for day, part in itertools.groupby(rows, key=lambda row: clock.in_city(row.at).date())
        ],
        page=page,
        has_more=len(found) > PAGE,
        cases=[(one.pk, one.receipt, things.title(one.definition_id)) for one in things.cases],
        case=chosen.pk if chosen else None,
    )


def looks_at(case: Case, actor: Actor, most: int = 50) -> list[LookRow]:
    """Who looked at one case, for its page. Under 秘匿 nobody reads it who only acts for whom it is about."""
    if actor.mandate is not None and case.applicant is not None and case.applicant.is_protected:
        return []
    events = list(audit.reads_about(case.ref)[:most])
    return _rows(events, actor, _Things([case], {}, {}))


# ------------------------------------------------------------------ whose records


@dataclass(frozen=True, slots=True)
class _Things:
    """The cases and drafts of a party, and what their procedures are called."""

    cases: list[Case]
    drafts: Mapping[str, uuid.UUID]  # reference of a draft -> its definition
    words: Mapping[uuid.UUID, Mapping[str, str]]

    def refs(self, chosen: Case | None) -> list[str]:
        if chosen is not None:
            return [str(chosen.ref), _draft_ref(chosen.draft_id)]
        return [*(str(one.ref) for one in self.cases), *self.drafts]

    def title(self, definition: uuid.UUID) -> str:
        return self.words.get(definition, {}).get("title", "")

    def behind(self) -> dict[str, Case]:
        """The case behind a reference to it or to its draft."""
        found = {str(one.ref): one for one in self.cases}
        return found | {_draft_ref(one.draft_id): one for one in self.cases}


def _things(party: uuid.UUID) -> _Things:
    cases = list(
        Case.objects.filter(applicant=party).select_related("definition").order_by("-received_at", "-pk")
    )
    drafts = list(Draft.objects.filter(party=party).select_related("definition"))
    definitions = {one.definition for one in (*cases, *drafts)}
    return _Things(
        cases,
        {str(Ref.to(one)): one.definition_id for one in drafts},
        packs.texts_of(definitions, get_language() or "ja"),
    )


def _draft_ref(draft: uuid.UUID) -> str:
    return str(Ref("forms", "draft", str(draft)))


def _households(actor: Actor) -> list[uuid.UUID]:
    """Households the account belongs to today. 秘匿 of one member closes the common record to all."""
    today = Q(until=None) | Q(until__gt=clock.now())
    protected = AccountParty.objects.filter(
        today, account__parties__party=OuterRef("party"), party__is_protected=True
    )
    mine = AccountParty.objects.filter(
        today, account=actor.account, party__kind=PartyKind.HOUSEHOLD, party__is_protected=False
    )
    return list(mine.exclude(Exists(protected)).values_list("party", flat=True))


# ------------------------------------------------------------------ in words


def _rows(events: list[Event], actor: Actor, things: _Things) -> list[LookRow]:
    who, behind = _Who(events, actor), things.behind()
    rows = []
    for event in events:
        case = behind.get(event.about)
        definition = case.definition_id if case else things.drafts.get(event.about)
        is_look = event.verb == Event.READ
        is_program = bool(event.facts.get("via")) or event.actor_kind == ActorKind.MACHINE
        rows.append(
            LookRow(
                at=event.at,
                kind=PROGRAM if is_program else LOOK if is_look else DEED,
                who=who.of(event),
                what=_in_my_words(event.what) if is_look else str(DEEDS[event.verb]),
                why=_in_my_words(event.purpose),
                title=things.title(definition) if definition else "",
                receipt=case.receipt if case else "",
                case=case.pk if case else None,
            )
        )
    return rows


def _in_my_words(written: str) -> str:
    """The record as written; where the office chose one of its standing phrases, in the reader's language."""
    return _(written) if written else ""


def _accounts(events: Iterable[Event], kind: ActorKind) -> set[uuid.UUID]:
    return {one.actor_account for one in events if one.actor_kind == kind and one.actor_account}


class _Who:
    """How those behind some events are called: division and post, app, machine. Asked for once for all of them."""

    def __init__(self, events: Iterable[Event], actor: Actor) -> None:
        events = list(events)
        self.actor = actor
        apps = {str(one.facts.get("via", "")).removeprefix("app:") for one in events if one.facts.get("via")}
        self.seats = identity.seats_of(_accounts(events, ActorKind.STAFF))
        self.machines = identity.machine_names(_accounts(events, ActorKind.MACHINE))
        self.apps = access.client_names(apps)

    def of(self, event: Event) -> str:
        via = str(event.facts.get("via", ""))
        if via.startswith("app:"):
            return _("アプリ「%(name)s」") % {"name": self.apps.get(via.removeprefix("app:"), via)}
        if event.actor_kind == ActorKind.MACHINE:
            name = (event.actor_account and self.machines.get(event.actor_account)) or event.actor_name
            return _("機械「%(name)s」") % {"name": name}
        if event.actor_kind == ActorKind.STAFF:
            return self._member_of_staff(event)
        if event.actor_kind == ActorKind.SYSTEM:
            return _("このシステム（自動）")
        return _("あなた") if event.actor_account == self.actor.account else _("あなたの代理の方など")

    def _member_of_staff(self, event: Event) -> str:
        on = clock.in_city(event.at).date()
        title = next(
            (
                seat.title
                for seat in (self.seats.get(event.actor_account, []) if event.actor_account else [])
                if seat.since <= on and (seat.until is None or on <= seat.until)
            ),
            "",
        )
        return _("%(division)s %(post)s") % {
            "division": event.actor_division,
            "post": title or _("担当者"),
        }
