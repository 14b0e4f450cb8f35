"""The plan's tables to work with: CSV and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madoguchi.engines.plan import queries
from madoguchi.faces.shared.guards import anyone, guard
from madoguchi.faces.shared.numbers import number
from madoguchi.faces.shared.sheets import sheet

Row = Sequence[Any]


@require_safe
@guard(anyone)
def item(request: HttpRequest, code: str) -> HttpResponse:
    """What is planned, reported and measured of one item, one line for each."""
    found = queries.item(code)
    rows: list[Row] = [
        [_("年度"), _("種類"), _("課・取組"), _("内容"), _("目標"), _("実績"), _("出典・資料")]
    ]
    source = found.plan.source
    for line in found.lines:
        rows += [
            [year.label, _("計画の予定"), line.label or found.title, text, "", "", source]
            for year, text in zip(found.years, line.texts, strict=True)
            if text
        ]
    for one in found.progress:
        made_up = _("（架空の例）") if one.is_fictional else ""
        rows += [
            [one.year, _("推進計画書") + made_up, one.division, paper.planned, paper.target, "", ""]
            for paper in one.sheets
        ]
        rows += [
            [
                one.year,
                _("進捗報告書") + made_up,
                one.division,
                f"{report.light_label}：{report.reason}",
                "",
                report.actual,
                report.source,
            ]
            for report in one.reports
        ]
    for measured in found.indicators:
        rows += [
            [
                row.label,
                _("指標") + (_("（架空の例）") if row.is_fictional else ""),
                measured.title,
                measured.unit,
                row.target,
                row.actual,
                measured.source_label,
            ]
            for row in measured.years
        ]
    return sheet(f"plan-{found.code}", rows)


@require_safe
@guard(anyone)
def indicators(request: HttpRequest) -> HttpResponse:
    """The former plan's six lines and the indicators measured now."""
    rows: list[Row] = [
        [_("指標"), _("はじめの値"), _("年度"), _("目標"), _("実績"), _("目標に届いたか"), _("出典")]
    ]
    former = queries.indicators()
    for line in former.lines:
        met = _("達成") if line.met else _("未達")
        rows.append(
            [f"{line.title}：{line.what}", line.set, "", line.target, line.actual, met, former.source]
        )
    for one in queries.indicators_now():
        rows += [
            [
                one.title,
                one.baseline,
                row.label,
                row.target,
                f"{row.actual}{one.unit}" + (_("（架空の例）") if row.is_fictional else ""),
                "" if row.met is None else _("達成") if row.met else _("未達"),
                one.source_label,
            ]
            for row in one.years
        ]
    return sheet("plan-indicators", rows)


@require_safe
@guard(anyone)
def year_csv(request: HttpRequest, year: int) -> HttpResponse:
    """A frozen year, one line for each sheet, report, indicator and promise."""
    shown = queries.frozen_year(year, number(request.GET.get("number", "")))[0]
    content = shown.content
    rows: list[Row] = [
        [_("年度"), _("種類"), _("項目・指標"), _("課"), _("内容"), _("目標"), _("実績"), _("出典・資料")]
    ]
    for one in content["items"]:
        rows += [
            [
                shown.year,
                _("推進計画書"),
                one["title"],
                each["division"],
                each["planned"],
                each["target"],
                "",
                "",
            ]
            for each in one["sheets"]
        ]
        rows += [
            [
                shown.year,
                _("進捗報告書"),
                one["title"],
                each["division"],
                f"{each['light_label']}：{each['reason']}",
                "",
                each["actual"],
                each["source"],
            ]
            for each in one["reports"]
        ]
        rows += [[shown.year, _("報告なし"), one["title"], name, "", "", "", ""] for name in one["missing"]]
    for one in content["indicators"]:
        rows.append(
            [shown.year, _("指標"), one["title"], "", one["unit"], one["target"], one["value"], one["as_of"]]
        )
    for one in content["promises"]:
        rows.append([shown.year, _("約束"), one["item"], "", one["words"], one["due_on"], "", ""])
    return sheet(f"plan-{shown.fiscal_year}-{shown.number}", rows)


@require_safe
@guard(anyone)
def year_json(request: HttpRequest, year: int) -> HttpResponse:
    """The frozen year whole: whoever digests `content` as canonical JSON gets `digest`."""
    shown = queries.frozen_year(year, number(request.GET.get("number", "")))[0]
    said = {"fiscal_year": shown.fiscal_year, "number": shown.number, "digest": shown.digest}
    return JsonResponse(
        said | {"at": shown.at.isoformat(), "content": shown.content},
        json_dumps_params={"ensure_ascii": False},
    )
