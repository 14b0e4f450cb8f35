"""Refusals of consultation that only staff meet, in the words of the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal


class TooFewDays(Refusal):
    code = "consultation_too_few_days"
    status = 422
    message = _(
        "募集の期間は%(unit)sで%(minimum)s日以上必要です。いまは%(days)s日です。締め切りを%(earliest)s以降にしてください。"
    )


class NotReadyToOpen(Refusal):
    code = "consultation_not_ready_to_open"
    status = 422
    message = _("まだ募集を始められません。足りないもの：%(missing)s")


class AlreadyPublished(Refusal):
    code = "consultation_already_published"
    message = _("この募集の結果は公表済みです。直すときは、訂正として公表してください。")


class PartSettled(Refusal):
    code = "consultation_part_settled"
    message = _(
        "この部分は、もう意見にまとめたか、公表しないことにしています。いったん外してから、もう一度行ってください。"
    )


class WithholdNeedsReason(Refusal):
    code = "consultation_withhold_needs_reason"
    status = 422
    message = _("公表しない理由を選んで、くわしいわけを書いてください。")


class EvidenceMissing(Refusal):
    """◎ needs the changed passage, ○ and □ the place or the running service, △ a day."""

    code = "consultation_evidence_missing"
    status = 422
    message = _("「%(sign)s %(label)s」には、%(what)sが必要です。")


class AnswerNotReady(Refusal):
    code = "consultation_answer_not_ready"
    status = 422
    message = _("この考え方は、まだ確認に出せません。足りないもの：%(missing)s")


class NotReadyToPublish(Refusal):
    code = "consultation_not_ready_to_publish"
    status = 422
    message = _("まだ公表できません。%(problems)s")


class TotalsDiffer(Refusal):
    code = "consultation_totals_differ"
    status = 422
    message = _("入力された数と、数えた数が違います（%(differences)s）。たしかめてから公表してください。")


class CallUnclear(Refusal):
    code = "consultation_call_unclear"
    status = 422
    message = _("募集の内容を確かめてください：%(what)s")


class CallUnderWay(Refusal):
    code = "consultation_call_under_way"
    message = _(
        "募集を始めたあとは、ここでは変えられません。素案を直すときは「素案の訂正」で新しい版を出してください。"
    )


class DraftUnclear(Refusal):
    code = "consultation_draft_unclear"
    status = 422
    message = _("素案の文章を確かめてください：%(what)s")


class IntakeUnclear(Refusal):
    code = "consultation_intake_unclear"
    status = 422
    message = _("受け付ける内容を確かめてください：%(what)s")


class OpinionCounted(Refusal):
    """A row that holds somebody's words does not go; they are taken out first."""

    code = "consultation_opinion_counted"
    message = _("この意見には、届いた意見が入っています。先に外してください。")


class OutcomeUnclear(Refusal):
    code = "consultation_outcome_unclear"
    status = 422
    message = _("その後の状態と、一文の説明を書いてください。実施・見送りには出典も必要です。")


class DocumentSaysNothing(Refusal):
    code = "consultation_document_says_nothing"
    status = 422
    message = _(
        "この資料の中に、意見と考え方の並びを見つけられませんでした。意見の公表資料かどうか、お確かめください。"
    )


class DocumentTaken(Refusal):
    code = "consultation_document_taken"
    message = _("この資料はもう取り込みました。画面を開き直して、いまの様子をお確かめください。")


class DocumentIsTwin(Refusal):
    code = "consultation_document_is_twin"
    message = _("この資料は「%(name)s」と同じ資料としてまとめました。そちらで見直してください。")


class DoubtsOpen(Refusal):
    code = "consultation_doubts_open"
    status = 422
    message = _(
        "たしかでないところが%(n)s件残っています。原資料を見て1件ずつ決めるか、不明のまま残してください。"
    )


class DecisionUnclear(Refusal):
    code = "consultation_decision_unclear"
    status = 422
    message = _("決めた内容を確かめてください：%(what)s。")


class DocumentLacks(Refusal):
    """What a call cannot do without, and neither the document nor a person said."""

    code = "consultation_document_lacks"
    status = 422
    message = _("取り込むには、つぎのことが足りません：%(what)s。書き入れてください。")


class CallKeyTaken(Refusal):
    code = "consultation_call_key_taken"
    status = 422
    message = _(
        "「%(key)s」は使えません。ほかの募集が使っているか、英小文字・数字・「-」のほかの文字が入っています。"
    )


class CommentUnsettled(Refusal):
    """Its words are needed until each is in a row or withheld."""

    code = "consultation_comment_unsettled"
    message = _(
        "まだ分けていないか、意見にまとめていない部分があります。先にまとめるか、公表しない理由を付けてください。"
    )
