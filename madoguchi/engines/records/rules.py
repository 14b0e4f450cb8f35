"""Who keeps registrations and things, and what they are shown for which purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import NotAllowed, NotFound
from madoguchi.kernel.refs import Actor

if TYPE_CHECKING:
    from .definition import RegistrationKind

# The roles that do the work of a division, as elsewhere.
WORKING = ("clerk", "head")


# Where a story stands: what the public learns from, and what staff do.
SHELVES = {"ict": _("障害者ICT相談の事例"), "counter": _("窓口の事例"), "other": _("そのほかの事例")}
# What its writer has made sure of before two others read it.
CHECKS = {
    "names": _("名前、住所、電話番号、勤め先、学校など、だれのことか分かる言葉を書いていない"),
    "rare": _("珍しい病名や出来事、日付、年齢など、組み合わせると分かることを、ぼかした"),
    "agreed": _("ご本人に、名前を出さずに伝えてよいかを聞いた（研修だけに使うときは、上司と確かめた）"),
}


class Purpose(models.TextChoices):
    """Why a registration is opened. What a field is shown for, its definition says."""

    CARE = "care", _("預かりや利用の準備")
    EMERGENCY = "emergency", _("急なけがや病気のときの連絡")
    REGISTER = "register", _("面接・登録の確認")
    INQUIRY = "inquiry", _("ご本人からの問い合わせ（電話・窓口）")


def keeps(actor: Actor, kind: RegistrationKind) -> bool:
    """Staff of the division of the kind, or of one of those that hold interviews, too."""
    return works_in(actor, kind.said.division, *kind.said.also)


def works_in(actor: Actor, *divisions: str) -> bool:
    return actor.is_staff and not actor.divisions_as(*WORKING).isdisjoint(divisions)


def check_keeps(actor: Actor, kind: RegistrationKind) -> None:
    if not keeps(actor, kind):
        raise NotAllowed


def check_works_in(actor: Actor, division: str) -> None:
    if not works_in(actor, division):
        raise NotAllowed


def check_is_theirs(actor: Actor, keeper: object) -> None:
    """A resident's own thing. Not there and not theirs are the same; a mandate for procedures opens nothing here."""
    if not actor.is_resident or actor.mandate is not None or actor.party is None or actor.party != keeper:
        raise NotFound
