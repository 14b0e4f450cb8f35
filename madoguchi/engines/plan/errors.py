"""What the plan refuses, and in which words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import NotFound


class ItemNotFound(NotFound):
    code = "plan_item_not_found"
    message = _("その番号の項目は、計画にありません。計画の一覧から選び直してください。")


class PlanNotLoaded(NotFound):
    code = "plan_not_loaded"
    message = _("この自治体の計画は、まだ取り込まれていません。")
