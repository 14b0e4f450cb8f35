"""Refusals of the directory."""

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal


class NoSuchDivision(Refusal):
    code = "no_such_division"
    status = 404
    message = _(
        "その名前の係は見つかりませんでした。組織の変更で名前が変わったかもしれません。一覧からお探しください。"
    )
