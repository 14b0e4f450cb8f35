"""What a mailbox or a FAX machine brought and nobody but a person can put to a call; and what of it could not be taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.kernel import clock
from madoguchi.kernel.errors import NotFound
from madoguchi.kernel.refs import Actor, is_id

from ... import rules, sealing
from ...mail_in.heard import hear
from ...models import Arrival, Call, Comment, Round
from ...models.receiving import Channel
from ...services.arriving import raw_of

A_PAGE = 50
MOST_SHOWN = 20_000
_NOTES: dict[str, Promise] = {
    "unreadable": gettext_lazy(
        "このメールは、形が壊れていて読み取れませんでした。届いたままの文字を見て、入力してください。"
    ),
    "too_large": gettext_lazy(
        "メールが大きすぎて、本文を取り込めませんでした。メールソフトで「Taken」のフォルダーを開いてください。"
    ),
    "long": gettext_lazy("文章が長すぎるため、途中までを取り込みました。"),
    "deep": gettext_lazy("入れ子が深すぎる部分は、取り込めませんでした。"),
    "many": gettext_lazy("添付が多すぎるため、初めの30個だけを取り込みました。"),
    "masked": gettext_lazy(
        "マイナンバーのような番号があったので、伏せました。メールソフトの「Taken」のフォルダーからも消してください。"
    ),
    "charset": gettext_lazy("文字の種類がはっきりしません。読めない字があるかもしれません。"),
}
_REFUSED: dict[str, Promise] = {
    "file_too_large": gettext_lazy("大きすぎます"),
    "file_harmful": gettext_lazy("ウイルスなどの疑いがあります"),
    "file_locked": gettext_lazy("パスワードがかかっています"),
    "file_is_active": gettext_lazy("動く仕掛けが入っています"),
    "file_is_office": gettext_lazy("ワードやエクセルなどのファイルです"),
    "file_is_archive": gettext_lazy("まとめて圧縮したファイルです"),
    "file_kind_refused": gettext_lazy("受け取れない種類です"),
    "file_empty": gettext_lazy("中身が空です"),
}


@dataclass(frozen=True, slots=True)
class ArrivalShown:
    """One of them opened: what it says of itself, and its words or, where nobody can read them, its characters."""

    row: Arrival
    subject: str
    sender: str
    text: str
    notes: tuple[str, ...]


def to_sort(actor: Actor, *, aside: bool = False, page: int = 1) -> tuple[list[Arrival], int, int]:
    """A page of them, oldest first, how many there are and how many pages; nothing of what they say."""
    found = _all(actor).filter(state=Arrival.State.SET_ASIDE if aside else Arrival.State.TO_SORT)
    total = found.count()
    pages = max(-(-total // A_PAGE), 1)
    start = (min(max(page, 1), pages) - 1) * A_PAGE
    return list(found[start : start + A_PAGE]), total, pages


def arrival_row(actor: Actor, arrival_id: object) -> Arrival:
    """One that is not a comment yet. Raises NotFound."""
    found = None
    if is_id(arrival_id):
        open_ = _all(actor).exclude(state=Arrival.State.TAKEN).select_related("key", "raw__key")
        found = open_.filter(pk=str(arrival_id)).first()
    if found is None:
        raise NotFound
    return found


def arrival(row: Arrival) -> ArrivalShown:
    """Everything of it. Ask only after `services.sorting.record_look`."""
    content = sealing.arrival_content(row)
    text = ""
    if row.channel == Channel.MAIL:
        raw = raw_of(row)
        text = hear(raw).text or raw[:MOST_SHOWN].decode("utf-8", "replace").replace("\0", " ")
    return ArrivalShown(
        row=row,
        subject=str(content.get("subject", "")),
        sender=str(content.get("sender", "")),
        text=text[:MOST_SHOWN],
        notes=tuple(_said(content.get("notes", ()))),
    )


def notes_of(comment: Comment) -> list[str]:
    """What of a mail or FAX could not be taken, in sentences. Ask only after `services.record_looks`."""
    row = Arrival.objects.select_related("comment__key").filter(comment=comment).first()
    return list(_said(sealing.arrival_content(row).get("notes", ()))) if row else []


def characters_of(comment: Comment) -> str:
    """The mail as it came, character by character, where its parts could not be read; "" otherwise."""
    row = Arrival.objects.select_related("comment__key", "raw__key").filter(comment=comment).first()
    if row is None or row.channel != Channel.MAIL:
        return ""
    if "unreadable" not in sealing.arrival_content(row).get("notes", ()):
        return ""
    return raw_of(row)[:MOST_SHOWN].decode("utf-8", "replace").replace("\0", " ")


def may_take(actor: Actor) -> list[Call]:
    """Calls of theirs it can be put to, the newest first."""
    divisions = actor.divisions_as(rules.PLANNER)
    return list(
        Call.objects.filter(state=Call.State.OPENED, division__in=divisions).order_by("-opens_on", "key")
    )


def rounds() -> list[Round]:
    """How the last look into the mailbox and the FAX folder went."""
    return list(Round.objects.order_by("name"))


def waiting() -> int:
    """How many wait to be sorted."""
    return Arrival.objects.filter(state=Arrival.State.TO_SORT).count()


def is_since(row: Round, hours: int) -> bool:
    """Whether it last went well within so many hours."""
    return row.succeeded_at is not None and (clock.now() - row.succeeded_at).total_seconds() < hours * 3600


def _all(actor: Actor) -> QuerySet[Arrival]:
    if not (actor.is_staff and actor.has_role(rules.PLANNER)):
        return Arrival.objects.none()
    return Arrival.objects.order_by("arrived_at", "id")


def _said(notes: Iterable[str]) -> Iterable[str]:
    for note in notes:
        key, _colon, name = str(note).partition(":")
        if key in _NOTES:
            yield str(_NOTES[key])
        else:
            why = _REFUSED.get(key, gettext_lazy("開けませんでした"))
            yield _("添付の「%(name)s」は受け取れませんでした（%(why)s）。") % {"name": name, "why": why}
