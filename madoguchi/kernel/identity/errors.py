"""Refusals of identity."""

from django.utils.translation import gettext_lazy as _

from ..errors import Refusal


class WrongSignIn(Refusal):
    """The same words for an unknown login and a wrong password, so that nobody can probe."""

    code = "wrong_sign_in"
    status = 422
    message = _("ログイン名かパスワードがちがいます。お確かめのうえ、もう一度入力してください。")
