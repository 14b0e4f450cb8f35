"""Refusals of identity."""

from django.utils.translation import gettext_lazy as _

from ..errors import Refusal


class WrongSignIn(Refusal):
    """The same words for an unknown login and a wrong password, so that nobody can probe."""

    code = "wrong_sign_in"
    status = 422
    message = _("ログイン名かパスワードがちがいます。お確かめのうえ、もう一度入力してください。")


class TooManyTries(Refusal):
    """Guessing is made slow, for a login and for an address. The same for a login that does not exist."""

    code = "too_many_tries"
    status = 429
    message = _(
        "サインインの失敗が続きました。%(minutes)s分ほどたってから、もう一度お試しください。"
        "パスワードや番号がわからないときは、担当の係にお尋ねください。"
    )


class SayWhy(Refusal):
    """Putting somebody under 秘匿, or taking them out, without a reason."""

    code = "say_why"
    status = 422
    message = _("理由を書いてください。")


class StandInNotPossible(Refusal):
    """Only somebody of the same division stands in, and only its head or the absent one says so."""

    code = "stand_in_not_possible"
    status = 422
    message = _(
        "この組み合わせでは、代理にできません。同じ課の人を選んでください。"
        "ほかの人の代理を決められるのは、課の決裁をする人です。"
    )


class StandInNotChosen(Refusal):
    code = "stand_in_not_chosen"
    status = 422
    message = _("代わりの人を選んでください。")


class StandInOverlaps(Refusal):
    """Somebody already sits in for the same person in part of the time."""

    code = "stand_in_overlaps"
    message = _(
        "この人の代理は、%(since)sから%(until)sまで、もう決まっています。重ならない日にするか、先にその代理をやめてください。"
    )


class StandInDates(Refusal):
    code = "stand_in_dates"
    status = 422
    message = _(
        "代理の期間が正しくありません。きょうから後の日を、1年までの長さで、はじめの日から順に書いてください。"
    )
