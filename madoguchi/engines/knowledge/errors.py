"""Refusals of knowledge."""

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal


class NoSuchPage(Refusal):
    code = "no_such_page"
    status = 404
    message = _("お探しのページはありません。「何をしたいですか」から言葉でおさがしください。")
