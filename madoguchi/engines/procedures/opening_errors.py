"""Refusals where a case is opened to others: in an emergency, by consent or law, as a list in a file."""

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal


class EmergencyWhy(Refusal):
    """緊急閲覧 without a danger, or without a sentence that says why."""

    code = "emergency_why"
    status = 422
    message = _("どの危険かを選び、なぜいま見る必要があるかを、10文字以上で書いてください。")


class EmergencyOften(Refusal):
    code = "emergency_often"
    status = 429
    message = _(
        "緊急閲覧は、1人につき1時間に%(hour)s回、1日に%(day)s回までです。ほかに必要なときは、その課に電話で頼んでください。"
    )


class EmergencyUnknown(Refusal):
    """The same words for a number that does not exist and one that cannot be opened this way."""

    code = "emergency_unknown"
    status = 422
    message = _("この受付番号の案件は、緊急閲覧ではひらけません。番号をお確かめください。")


class EmergencyOver(Refusal):
    code = "emergency_over"
    message = _("緊急閲覧の30分が終わりました。まだ必要なときは、理由を書いて、もう一度ひらいてください。")


class JudgeUnclear(Refusal):
    code = "judge_unclear"
    status = 422
    message = _("正当か不当かを選び、そう判断した理由を書いてください。")


class ShareUnclear(Refusal):
    """共有: with whom, why, and on which ground."""

    code = "share_unclear"
    status = 422
    message = _("見せる課と理由を書き、本人の同意か、法令の名前と条文のどちらかを根拠にしてください。")


class ShareAlready(Refusal):
    code = "share_already"
    message = _("この課には、もう見せているか、本人の返事を待っています。")


class ExportUnclear(Refusal):
    code = "export_unclear"
    status = 422
    message = _("書き出す項目を選び、何に使うかを10文字以上で書いてください。")


class ExportEmpty(Refusal):
    code = "export_empty"
    status = 422
    message = _("この条件にあてはまる案件はありません。")


class ExportTooLarge(Refusal):
    code = "export_too_large"
    status = 422
    message = _("一度に書き出せるのは%(most)s件までです。条件をしぼってください。")


class ExportNeedsAnotherPerson(Refusal):
    """書き出し: who asks does not approve."""

    code = "export_needs_another_person"
    status = 403
    message = _("頼んだ人は承認できません。ほかの決裁する人に承認してもらってください。")


class ExportNeedsNamed(Refusal):
    """Many people at once: only who is named for it approves."""

    code = "export_needs_named"
    status = 403
    message = _("%(many)s件を超える書き出しは、「大量の書き出しを承認する人」だけが承認できます。")


class ExportSettled(Refusal):
    code = "export_settled"
    message = _("この書き出しは、もう承認されたか、取り消されています。いまの状態をお確かめください。")


class ExportOver(Refusal):
    code = "export_over"
    message = _("この書き出しは、もう受け取れません（承認前か、取り消されたか、7日の期限が過ぎました）。")
