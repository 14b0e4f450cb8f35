"""Refusals of records."""

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal


class RegistrationUnclear(Refusal):
    code = "registration_unclear"
    status = 422
    message = _("「%(what)s」をお確かめください。")


class AlreadyRegistered(Refusal):
    """The database knows: one registration of a kind for one person, asked for or valid."""

    code = "already_registered"
    message = _("すでに登録か、登録の申し込みがあります。番号は「登録」のページで見られます。")


class RegistrationSettled(Refusal):
    code = "registration_settled"
    message = _("この登録は、もう確認がすんでいるか、おわっています。いまの状態をお確かめください。")


class NeedsInterview(Refusal):
    """A kind that is settled by an interview is not accepted without one."""

    code = "registration_needs_interview"
    message = _("この登録には面接が要ります。面接をした施設と日を入れて、登録してください。")


class SayWhyRegistration(Refusal):
    code = "registration_needs_reason"
    status = 422
    message = _("理由を書いてください。ご本人にお伝えします。")


class NotYetRenewable(Refusal):
    code = "registration_not_yet_renewable"
    message = _("更新は、%(since)sからできます。")


class LookNeedsPurpose(Refusal):
    """Nothing is shown without a reason: it is what the person reads of it."""

    code = "record_look_needs_purpose"
    status = 422
    message = _("見る理由を選んでください。理由は記録され、ご本人が見られます。")


class ThingIsOut(Refusal):
    """The database knows: one hand at a time."""

    code = "thing_is_out"
    message = _("この機器は、いま貸出中です。返ってくる日をお確かめのうえ、ほかの機器もお選びください。")


class ThingGone(Refusal):
    code = "thing_gone"
    message = _("この機器は、いまは貸し出していません。")


class LoanOver(Refusal):
    code = "loan_over"
    message = _("この貸し出しは、もう返却がすんでいます。")


class LoanUnclear(Refusal):
    code = "loan_unclear"
    status = 422
    message = _("「%(what)s」をお確かめください。")


class StoryUnclear(Refusal):
    code = "story_unclear"
    status = 422
    message = _("「%(what)s」をお確かめください。")


class StoryNamesSomebody(Refusal):
    """It looks as if somebody could be found by what is written."""

    code = "story_names_somebody"
    status = 422
    message = _(
        "だれのことか分かってしまいそうな言葉があります：%(found)s。書きかえてから、もう一度お試しください。"
    )


class StoryUnchecked(Refusal):
    code = "story_unchecked"
    status = 422
    message = _("確認の項目を、すべて確かめてください。")


class SayWhyStory(Refusal):
    code = "story_needs_reason"
    status = 422
    message = _("取り下げる理由を書いてください。")


class StorySettled(Refusal):
    code = "story_settled"
    message = _(
        "この事例は、いまは書きかえられません。確認中のときは、差し戻されるか取り下げてからお直しください。"
    )
