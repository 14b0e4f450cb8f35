"""Refusals of draws."""

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal


class RoundUnclear(Refusal):
    code = "draw_unclear"
    status = 422
    message = _("抽選の「%(what)s」をお確かめください。")


class RoundKeyTaken(Refusal):
    code = "draw_key_taken"
    message = _("その名前の抽選は、もうあります。別の名前をつけてください。")


class NotOpenForEntries(Refusal):
    code = "draw_not_open"
    message = _("いまは申し込みを受け付けていません。受付の期間をお確かめください。")


class WishesUnclear(Refusal):
    code = "wishes_unclear"
    status = 422
    message = _("「%(what)s」をお確かめください。書いたことは残っています。")


class AlreadyEntered(Refusal):
    code = "already_entered"
    message = _(
        "この抽選には、もう申し込んでいます。希望を変えるときは、いまの申し込みを取り下げて、出し直してください。"
    )


class EntryIsFrozen(Refusal):
    code = "entry_is_frozen"
    message = _("締め切ったので、申し込みは変えられません。当たったあとに辞退することはできます。")


class NotYetClosing(Refusal):
    code = "draw_not_closing"
    message = _("締め切りの時刻になっていません。公表した時刻を過ぎてから締め切ってください。")


class NotClosed(Refusal):
    code = "draw_not_closed"
    message = _(
        "抽選は、締め切って申し込みを確定したあとに、一度だけ行えます。いまの状態をお確かめください。"
    )


class RoundBroken(Refusal):
    """What is kept is not what was published: somebody changed it."""

    code = "draw_broken"
    message = _(
        "公表した規則か申し込みの控えが、公表した指紋と合いません。抽選をせず、情報セキュリティの責任者に知らせてください。"
    )


class BeaconNotYet(Refusal):
    code = "beacon_not_yet"
    message = _("名指しした乱数が、まだ出ていないか、取れません。すこし待って、もう一度お試しください。")


class NoBeaconLeft(Refusal):
    """Every beacon came before the entries were frozen, or cannot be had any more."""

    code = "no_beacon_left"
    message = _(
        "名指しした乱数は、締め切りの確定より前に出たか、もう取れません。取りやめて、理由を示してやり直してください。"
    )


class NumbersUnclear(Refusal):
    code = "numbers_unclear"
    status = 422
    message = _("公表された数字を、半角の数字と空白で、出典のとおりに入れてください。")


class NumbersNeedAnother(Refusal):
    code = "numbers_need_another"
    message = _("数字は、入れた人とは別の職員が、出典を見て確かめてください。")


class NumbersDiffer(Refusal):
    code = "numbers_differ"
    message = _("先に入れた数字と違います。二人で出典を見直してください。")


class NothingToAnswer(Refusal):
    code = "win_already_answered"
    message = _("この当選へのお返事は、もう済んでいるか、期限を過ぎています。")


class CodeUnclear(Refusal):
    code = "answer_code_unclear"
    status = 422
    message = _("返事の番号が合いません。お知らせに書いてある番号をお確かめください。")


class RoundOver(Refusal):
    code = "draw_over"
    message = _("この抽選は、もう取りやめたか、やり直しました。")


class SayWhyRedraw(Refusal):
    code = "draw_needs_reason"
    status = 422
    message = _("理由を書いてください。だれでも読めるように公表します。")
