"""Preparing a call: its frame, its classes of answer, and the versions of its draft."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from madoguchi.kernel import audit
from madoguchi.kernel.db import writes
from madoguchi.kernel.errors import NotAllowed
from madoguchi.kernel.refs import Actor

from .. import rules
from ..errors import AlreadyPublished, CallUnclear, CallUnderWay
from ..models import Call, Category, DraftVersion, Rules, Unit, UnitText
from ..models.receiving import Channel
from ..units import Written, read_units
from .claims import change

# Addresses of the desk that stand where a call's key stands.
TAKEN_KEYS = frozenset({"new", "answers", "following", "import"})
NOTICE_KINDS = ("newsletter", "website", "place", "group", "sns", "video", "lending")
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
MOST_TITLE = 300
# A slip of the keyboard (0206, 9999) is no year; the calendar could not count in it either.
OLDEST_YEAR, LAST_YEAR = 2000, 2099


@dataclass(frozen=True, slots=True)
class CallIn:
    """What is typed of a call. `words` is {language: {title, summary}}."""

    title: str
    document: str
    opens_on: dt.date | None
    closes_on: dt.date | None
    words: Mapping[str, Mapping[str, str]]
    ways: Sequence[Mapping[str, str]] = ()
    notices: Sequence[Mapping[str, str]] = ()
    plan: str = ""


@writes
def prepare_call(*, division: str, given: CallIn, key: str = "", like: Call | None = None, by: Actor) -> Call:
    """A new call in preparation, under the rules of today; its classes are those of `like`, or the pack's.

    Raises CallUnclear, NotAllowed.
    """
    if not by.is_staff or not by.has_role(rules.PLANNER, in_=division):
        raise NotAllowed
    fields = _checked(given)
    standing = Rules.objects.filter(pk=1).first() or Rules()
    call = Call.objects.create(
        key=_free_key(key.strip(), given.opens_on),
        division_id=division,
        counting=standing.counting,
        minimum_days=standing.minimum_days,
        **fields,
    )
    _keep_categories(call, like, standing)
    audit.record("consultation.prepared", call.ref, by=by)
    return call


@writes
def change_call(*, call: Call, given: CallIn, by: Actor) -> Call:
    """Word it anew while it is in preparation. Raises CallUnderWay, CallUnclear, SomebodyWasFaster."""
    _in_preparation(call, by)
    change(call, **_checked(given))
    audit.record("consultation.changed", call.ref, by=by)
    return call


@writes
def copy_categories(*, call: Call, like: Call | None, by: Actor) -> Call:
    """The classes of answer as in `like`, or as the pack has them. Raises CallUnderWay."""
    _in_preparation(call, by)
    change(call)
    call.categories.all().delete()
    _keep_categories(call, like, Rules.objects.filter(pk=1).first() or Rules())
    audit.record("consultation.categories_kept", call.ref, by=by)
    return call


@writes
def lay_draft(*, call: Call, kind: str, title: str, on: dt.date, text: str, by: Actor) -> DraftVersion:
    """Lay the draft, a correction of it, or the plan as decided: `text` as `units.read_units` reads it.

    In preparation the draft is laid anew; afterwards every version stays and the next one is added, so that what
    somebody wrote about can always be read. The same again is no new version. Raises DraftUnclear, SomebodyWasFaster.
    """
    rules.check_runs(by, call)
    if call.state == Call.State.PUBLISHED:
        raise AlreadyPublished
    if kind not in DraftVersion.Kind.values:
        raise CallUnclear(what=_("版の種類"))
    written = read_units(text, known=frozenset(call.units.values_list("key", flat=True)))
    last = call.versions.order_by("-number").first()
    if last is not None and last.kind == kind and _says_so(last, written):
        return last
    change(call)
    if call.state == Call.State.DRAFT and kind == DraftVersion.Kind.DRAFT:
        call.versions.filter(kind=DraftVersion.Kind.DRAFT).delete()
        call.units.exclude(key__in=[one.key for one in written]).filter(parts=None, opinions=None).delete()
    newest = call.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = DraftVersion.objects.create(
        call=call, number=newest + 1, kind=kind, title=title.strip()[:MOST_TITLE] or _("素案"), on=on
    )
    for order, one in enumerate(written, 1):
        unit, _made = Unit.objects.update_or_create(
            call=call, key=one.key, defaults={"order": order} | ({"item": one.item} if one.item else {})
        )
        UnitText.objects.create(
            unit=unit, version=version, number=one.number, heading=one.heading, body=one.body
        )
    audit.record(
        "consultation.draft_laid", call.ref, by=by, facts={"version": version.number, "units": len(written)}
    )
    return version


def _says_so(version: DraftVersion, written: Sequence[Written]) -> bool:
    """Whether the version reads as `written`; a heading that named no key is the one that stands at its place."""
    texts = list(version.texts.select_related("unit").order_by("unit__order"))
    return len(texts) == len(written) and all(
        (text.number, text.heading, text.body) == (one.number, one.heading, one.body)
        and (one.is_new or text.unit.key == one.key)
        for text, one in zip(texts, written, strict=True)
    )


def _in_preparation(call: Call, by: Actor) -> None:
    rules.check_runs(by, call)
    if call.state != Call.State.DRAFT:
        raise CallUnderWay


def _checked(given: CallIn) -> dict[str, Any]:
    title, document = given.title.strip(), given.document.strip()
    if not title or len(title) > MOST_TITLE:
        raise CallUnclear(what=_("募集の名前（%(most)s字まで）") % {"most": MOST_TITLE})
    if not document or len(document) > MOST_TITLE:
        raise CallUnclear(what=_("素案の名前（%(most)s字まで）") % {"most": MOST_TITLE})
    if given.opens_on is None or given.closes_on is None or given.closes_on < given.opens_on:
        raise CallUnclear(what=_("はじめの日と締め切りの日。締め切りは、はじめの日より後にします"))
    if given.opens_on.year < OLDEST_YEAR or given.opens_on.year > LAST_YEAR:
        raise CallUnclear(what=_("はじめの日の年"))
    if (given.closes_on - given.opens_on).days > 366:
        raise CallUnclear(what=_("期間は1年までです"))
    if any(way["channel"] not in Channel.values for way in given.ways):
        raise CallUnclear(what=_("出す方法"))
    if any(notice["kind"] not in NOTICE_KINDS for notice in given.notices):
        raise CallUnclear(what=_("お知らせの種類"))
    return {
        "title": title,
        "document": document,
        "opens_on": given.opens_on,
        "closes_on": given.closes_on,
        "words": {language: dict(words) for language, words in given.words.items()},
        "ways": [dict(way) for way in given.ways],
        "notices": [dict(notice) for notice in given.notices],
        "plan": given.plan.strip()[:40],
    }


def _free_key(key: str, opens_on: dt.date | None) -> str:
    key = key or f"iken-{opens_on:%Y%m}-{secrets.token_hex(2)}"
    if not _KEY.fullmatch(key) or key in TAKEN_KEYS:
        raise CallUnclear(what=_("アドレスの名前（半角の英小文字・数字・ハイフン、60字まで）"))
    if Call.objects.filter(key=key).exists():
        raise CallUnclear(what=_("「%(key)s」という名前は、もう使われています") % {"key": key})
    return key


def _keep_categories(call: Call, like: Call | None, standing: Rules) -> None:
    if like is not None:
        rows = list(like.categories.values("sign", "label", "meaning"))
    else:
        rows = list(standing.categories)
    Category.objects.bulk_create(Category(call=call, order=order, **row) for order, row in enumerate(rows, 1))
