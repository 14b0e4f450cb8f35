"""What the plan refuses, and in which words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import NotFound, Refusal


class ItemNotFound(NotFound):
    code = "plan_item_not_found"
    message = _("その番号の項目は、計画にありません。計画の一覧から選び直してください。")


class PlanNotLoaded(NotFound):
    code = "plan_not_loaded"
    message = _("この自治体の計画は、まだ取り込まれていません。")


class ReportIncomplete(Refusal):
    """A light without a reason or a source is no report."""

    code = "plan_report_incomplete"
    status = 422
    message = _("まだ足りないところがあります：%(missing)s。書いてから、もう一度出してください。")


class ReportOnItsWay(Refusal):
    code = "plan_report_on_its_way"
    message = _("この報告書は、いま確認中です。差し戻されるか、確認が終わってから、直してください。")


class CorrectionNeedsReason(Refusal):
    code = "plan_correction_needs_reason"
    status = 422
    message = _("前のものを残して直すので、直す理由を書いてください。")


class MeasuredByItself(Refusal):
    """What a running service counts is never typed."""

    code = "plan_measured_by_itself"
    status = 409
    message = _("この指標は、動いているサービスから計算します。手で値を入れることはできません。")


class MeasurementIncomplete(Refusal):
    code = "plan_measurement_incomplete"
    status = 422
    message = _("まだ足りないところがあります：%(missing)s。方法と人数・件数のない値は、残せません。")


class YearUnknown(Refusal):
    code = "plan_year_unknown"
    status = 422
    message = _("その年度は選べません。年度を選び直してください。")


class YearStillRunning(Refusal):
    code = "plan_year_still_running"
    status = 422
    message = _("%(year)sは、まだ終わっていません。途中で確定するときは、印を付けてください。")
