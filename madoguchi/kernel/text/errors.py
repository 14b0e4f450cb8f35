"""Refusals of words."""

from django.utils.translation import gettext_lazy as _

from ..errors import Refusal


class MyNumberRefused(Refusal):
    """Twelve digits that pass the check of a マイナンバー. Nobody may keep it here, whoever wrote it."""

    code = "my_number_refused"
    status = 422
    message = _(
        "マイナンバー（個人番号）のような12桁の数字があります。マイナンバーはお預かりできないため、この数字を消してください。"
        "ほかの番号のときは、下4桁だけを書いてください。"
    )
