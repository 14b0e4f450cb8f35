"""Refusals of procedures."""

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal


class NotOnline(Refusal):
    code = "not_online"
    status = 404
    message = _(
        "この手続きは、まだインターネットでは受け付けていません。窓口、郵送、電話の方法をご覧ください。"
    )


class NotFinished(Refusal):
    code = "not_finished"
    status = 422
    message = _("まだ答えていない質問が%(left)sつあります。続きから答えてください。")


class PapersMissing(Refusal):
    code = "papers_missing"
    status = 422
    message = _("「%(title)s」をどうするか、まだ選んでいません。付けるか、あとから出すかを選んでください。")


class NoLongerOffered(Refusal):
    code = "no_longer_offered"
    message = _("この手続きは、いまは受け付けていません。書いた答えは残っています。係にお尋ねください。")


class NotEligible(Refusal):
    code = "not_eligible"
    status = 422
    message = _("答えの内容では、この手続きの対象になりません。まちがいがあれば直してください。")


class StepNotPossible(Refusal):
    code = "step_not_possible"
    message = _("いまの段階からは、そこへ進められません。画面を開き直して、いまの段階を確かめてください。")


class NeedsAnotherPerson(Refusal):
    code = "needs_another_person"
    status = 403
    message = _("同じ人が続けて行うことはできません。ほかの人が行ってください。")


class NeedsReason(Refusal):
    code = "needs_reason"
    status = 422
    message = _("理由を書いてください。")


class ReasonTooShort(Refusal):
    code = "reason_too_short"
    status = 422
    message = _(
        "理由は通知書に載ります。どの事実に、どの決まりをあてはめたかを、%(least)s文字以上で書いてください。"
    )


class NeedsHead(Refusal):
    code = "needs_head"
    status = 403
    message = _("この段階を進められるのは、課の決裁をする人だけです。")


class LookReasonNeeded(Refusal):
    code = "look_reason_needed"
    status = 403
    message = _("先に、見る理由を選んでください。記録してから内容を表示します。")


class NothingToCorrect(Refusal):
    code = "nothing_to_correct"
    status = 422
    message = _("直してほしいところを1つは選び、どう直すかを書いてください。")


class LetterNotReady(Refusal):
    code = "letter_not_ready"
    message = _("通知書をつくっています。少し待ってから、画面を開き直してください。")


class AlreadyTaken(Refusal):
    code = "already_taken"
    message = _("この案件は、%(name)sさんが先に引き受けました。")


class CannotWithdraw(Refusal):
    code = "cannot_withdraw"
    message = _("決定したあとなので、取り下げられません。係にご相談ください。")


class TooManyFiles(Refusal):
    code = "too_many_files"
    status = 422
    message = _("付けられるファイルは、1つの書類につき%(most)s個までです。")


class NotAllConfirmed(Refusal):
    code = "not_all_confirmed"
    status = 422
    message = _("直ったところを、まだすべて確かめていません。1つずつ確かめてから進めてください。")


class ProtectedHere(Refusal):
    """秘匿: this paper prints where somebody lives, and this reader lacks the named right in the division."""

    code = "protected_here"
    status = 403
    message = _("この案件は秘匿のため、住所や連絡先のわかる書類は、権限のある人だけがひらけます。")


class PapersOutstanding(Refusal):
    code = "papers_outstanding"
    message = _(
        "「%(title)s」がまだ届いていません。届いたら「受け取った」にするか、要らない理由を書いてください。"
    )


class LetterNotOpened(Refusal):
    code = "letter_not_opened"
    status = 422
    message = _("通知書をまだ開いていません。開いて、宛名と内容を確かめてから送ってください。")


class DivisionCannotReceive(Refusal):
    code = "division_cannot_receive"
    status = 422
    message = _("この課へは移せません。案件を受け取る人のいる、ほかの課を選んでください。")
