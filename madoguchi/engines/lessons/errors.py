"""Refusals of the practice page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal


class TooManyPractise(Refusal):
    code = "too_many_practise"
    status = 429
    message = _(
        "いま練習している人がたいへん多いため、始められません。30分ほどたってから、もう一度お試しください。"
    )


class LessonOver(Refusal):
    code = "lesson_over"
    status = 410
    message = _("この練習は終わりました。書いたものは、もう消えています。練習ページから、また始められます。")


class NotInLesson(Refusal):
    code = "not_in_lesson"
    status = 404
    message = _("この画面は練習では使いません。上の「練習中」の帯から、練習ページにもどってください。")


class TooMuchPractised(Refusal):
    code = "too_much_practised"
    status = 429
    message = _("この練習では、もうたくさん書きました。練習ページで終わりにしてから、また始めてください。")
