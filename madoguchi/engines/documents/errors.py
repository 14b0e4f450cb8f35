"""Refusals of the documents engine."""

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal


class LetterUnknown(Refusal):
    code = "letter_unknown"
    status = 404
    message = _("通知書「%(letter)s」の様式がありません。パックの documents フォルダをお確かめください。")


class LetterLacksReasons(Refusal):
    """行政手続法8条, 行政不服審査法82条: a refusal says why, and how to appeal."""

    code = "letter_lacks_reasons"
    status = 422
    message = _(
        "認めない決定の通知書には、理由と、不服がある場合の手続き（教示）が必要です。書き足してください。"
    )


class LetterLacksWords(Refusal):
    """A place in the letter has nothing to stand in it."""

    code = "letter_lacks_words"
    status = 422
    message = _("通知書に入れる内容が足りません（%(places)s）。記録を確かめてから、もう一度作ってください。")


class LetterNotDrawn(Refusal):
    code = "letter_not_drawn"
    status = 500
    message = _("書類「%(template)s」を作れませんでした。係の者が調べます。申請の内容は保存されています。")
