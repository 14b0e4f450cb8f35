"""Refusals of booking."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal


class TimeTaken(Refusal):
    """Somebody else has it. Faces show what is free near it."""

    code = "time_taken"
    alternatives: Any = ()  # the API's
    message = _(
        "その時間は、ちょうどほかの方の予約になりました。ほかの時間や場所をお選びいただくか、空きをお待ちください。"
    )


class SlotFull(TimeTaken):
    code = "slot_full"
    message = _("その時間は満員になりました。ほかの時間や場所をお選びいただくか、空きをお待ちください。")


class SlotShut(Refusal):
    code = "slot_shut"
    message = _("その時間は、受付を止めています。ほかの時間をお選びください。")


class NotOffered(Refusal):
    """A time that does not exist: outside opening hours, or of another length."""

    code = "time_not_offered"
    status = 422
    message = _("その時間は予約できる時間ではありません。表から時間をお選びください。")


class NotYetOpen(Refusal):
    code = "booking_not_yet_open"
    message = _("その日の予約は、%(opens)sから受け付けます。")


class DrawnFirst(Refusal):
    code = "drawn_first"
    message = _(
        "これは抽選で決めます。抽選に申し込んでください。空きが出たときは、抽選のあとに受け付けます。"
    )


class NotDrawn(Refusal):
    """There is no draw for it, or it is over."""

    code = "not_drawn"
    message = _("これは抽選の対象ではありません。表から時間を選んで予約してください。")


class TooLate(Refusal):
    code = "booking_closed"
    message = _("その時間の受付は終わりました。お急ぎのときは、施設にお電話ください。")


class AreaClosed(Refusal):
    """The service ended (X-37)."""

    code = "area_closed"
    status = 410
    message = _("「%(title)s」は%(on)sで終わりました。%(instead)s")


class NotEligible(Refusal):
    code = "booking_not_eligible"
    status = 422
    message = _("この予約の対象ではありません。%(why)s")


class FactMissing(Refusal):
    """The rules cannot say yes or no without it."""

    code = "booking_fact_missing"
    status = 422
    message = _("「%(what)s」がわからないため、予約できるかどうかを決められません。お答えください。")


class AnswerUnclear(Refusal):
    code = "booking_answer_unclear"
    status = 422
    message = _("「%(what)s」の答えをお確かめください。")


class NeedsRegistration(Refusal):
    code = "needs_registration"
    message = _(
        "先に登録（面接）が必要です。どこか1か所で登録すると、すべての施設を予約できます。面接の日は、お近くの施設にお問い合わせください。"
    )


class OnlyGroups(Refusal):
    code = "only_groups"
    message = _("この施設は、登録した団体が予約できます。先に団体の登録をしてください。")


class NoGroups(Refusal):
    code = "no_groups"
    message = _("この予約は、個人の方のものです。団体では予約できません。")


class AlreadyBooked(Refusal):
    code = "already_booked"
    message = _("この時間は、すでに予約されています。「わたしの予約」でお確かめください。")


class LimitReached(Refusal):
    code = "booking_limit"
    message = _("一度に予約できるのは%(most)d件までです。いまの予約が済むか、取り消すと、次を予約できます。")


class HadAlready(Refusal):
    """Once a fiscal year, a month, a day."""

    code = "had_already"
    message = _("同じ期間に予約できるのは%(most)d回までです。「わたしの予約」でお確かめください。")


class HoldLapsed(Refusal):
    code = "hold_lapsed"
    message = _("仮押さえの時間が過ぎました。まだ空いていれば、もう一度お選びください。")


class BookingOver(Refusal):
    code = "booking_over"
    message = _("この予約は、もう終わったか、取り消されています。")


class CannotCancelNow(Refusal):
    code = "cannot_cancel_now"
    message = _("インターネットで取り消せる時間を過ぎました。施設にお電話ください。")


class NothingFree(Refusal):
    """Waiting for what is free: one may simply book it."""

    code = "still_free"
    message = _("その時間は、まだ空いています。そのまま予約できます。")


class NoWaiting(Refusal):
    code = "no_waiting"
    message = _("この予約には、空き待ちがありません。ほかの時間をお選びください。")


class AlreadyWaiting(Refusal):
    code = "already_waiting"
    message = _("この時間は、すでに空きを待っています。空きが出たらお知らせします。")


class AskedDifferently(Refusal):
    """The same key with another wish."""

    code = "asked_differently"
    status = 422
    message = _("同じ申し込み番号で、ちがう内容が送られました。画面を開き直して、もう一度お選びください。")


class BlockUnclear(Refusal):
    code = "block_unclear"
    status = 422
    message = _("止める時間と理由をお確かめください。")


class SpanTooLong(Refusal):
    """More days at once than one page shows, or days in the wrong order."""

    code = "span_too_long"
    status = 422
    message = _("一度に見られるのは、%(days)d日分までです。始まりの日を、終わりの日より前にしてください。")


class WhomUnclear(Refusal):
    """Nobody, or somebody this is not booked for: an area for children is not booked for who asks."""

    code = "booking_whom_unclear"
    status = 422
    message = _("だれの予約かを選んでください。")


class WhomMissing(Refusal):
    code = "draw_whom_unclear"
    status = 422
    message = _("だれの申し込みかを選んでください。")
