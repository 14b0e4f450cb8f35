"""Refusals of forms."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal


class AnswerRefused(Refusal):
    """An answer that cannot be kept. `errors` maps the input's name to what is wrong and what to do."""

    code = "answer_refused"
    status = 422
    message = _("入力を確かめてください。")

    def __init__(self, errors: Mapping[str, Any]) -> None:
        super().__init__()
        self.errors = dict(errors)


class AnswersRefused(Refusal):
    """Several answers sent at once, of which some cannot be kept: `problems` is {path: {input: sentence}}."""

    code = "answers_refused"
    status = 422
    message = _("%(count)sか所に、直すところがあります。どれも保存していません。")

    def __init__(self, problems: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__(count=len(problems))
        self.problems = dict(problems)


class NoSuchQuestion(Refusal):
    code = "no_such_question"
    status = 404
    message = _("この質問は、いまの答えでは聞いていません。前の質問から進んでください。")


class DraftClosed(Refusal):
    code = "draft_closed"
    message = _("この書きかけは、もう送られています。「わたしの手続き」から内容を見られます。")


class TooManyItems(Refusal):
    code = "too_many_items"
    message = _("ここに書けるのは%(most)s人（件）までです。それより多いときは、窓口か電話でご相談ください。")
