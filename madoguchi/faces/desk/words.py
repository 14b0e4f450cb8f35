"""Small words of the desk for keys the engines and the kernel use."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

# The reasons for looking into a case. What is chosen is recorded in these words, and the resident reads them.
LOOK_REASONS: tuple[tuple[str, str], ...] = (
    ("reply", gettext_noop("補正の返事の確認")),
    ("check", gettext_noop("申請の確認・審査")),
    ("asked", gettext_noop("ご本人からの問い合わせ（電話・窓口）")),
    ("letter", gettext_noop("交付前の確認")),
)
OTHER_REASON = "other"

# 緊急閲覧: which danger, and what another person says of it.
DANGERS: tuple[tuple[str, Promise], ...] = (
    ("life", _("生命・身体の危険")),
    ("abuse", _("虐待・暴力のおそれ")),
    ("missing", _("行方がわからない")),
    ("disaster", _("災害")),
)
VERDICTS: tuple[tuple[str, Promise], ...] = (("fair", _("正当")), ("unfair", _("不当")))
# 共有: on which ground another division reads a case.
GROUNDS: tuple[tuple[str, Promise], ...] = (
    ("consent", _("本人の同意（本人の画面で尋ねます）")),
    ("law", _("法令の根拠（条文を書きます）")),
)

JOBS = {
    "procedures.letter": _("通知書づくり"),
    "procedures.receipt_copy": _("受付の控えづくり"),
    "messaging.deliver": _("メールの送信"),
}
FILTERS = {
    "": _("係ぜんぶ"),
    "mine": _("わたしの担当"),
    "to_decide": _("決裁待ち"),
    "second_check": _("2人目の確認を待つ"),
    "paused": _("返事待ちで停止中"),
    "closed": _("終わったもの"),
    "late": _("期限切れ"),
    "today": _("きょう期限"),
    "replied": _("返事が来た"),
    "unassigned": _("未割当"),
}
KINDS = {
    "procedure": _("手続き"),
    "page": _("案内"),
    "booking_area": _("予約"),
    "division": _("係"),
    "plan_item": _("区の計画"),
}


LETTERS = {
    "case.received": _("受付のお知らせ"),
    "case.returned": _("補正のお願い"),
    "case.decided": _("決定の通知書"),
    "case.passed_on": _("担当の課が変わったお知らせ"),
    "case.ready": _("用意ができたお知らせ"),
    "case.not_ready": _("もう少しお待ちくださいのお知らせ"),
    "case.recalled": _("書類を取り消したお知らせ"),
}


def letter_name(kind: str) -> Promise | str:
    """What is to be posted, as people call it."""
    return LETTERS.get(kind, _("お知らせ"))


def job_name(kind: str) -> Promise | str:
    """How people call a job; its own name when nobody gave it one."""
    return JOBS.get(kind, kind)


def filter_name(only: str) -> Promise | str:
    return FILTERS.get(only, only)


def kind_name(kind: str) -> Promise | str:
    """How a search result is announced."""
    return KINDS.get(kind, "")


# What is the matter with a place that is to be put right, as clerk and resident read it.
WHYS: tuple[tuple[str, Promise], ...] = (
    ("incorrect", _("まちがい")),
    ("incomplete", _("足りない")),
    ("outdated", _("古い")),
    ("illegible", _("読めない")),
)


# Public comment: by which ways opinions come, and how a call is told.
COMMENT_WAYS: dict[str, Promise] = {
    "web": _("ネット（このサイト）"),
    "mail": _("電子メール"),
    "fax": _("ファクス"),
    "post": _("郵便・はがき"),
    "counter": _("窓口へ持参"),
    "phone": _("電話"),
}
COMMENT_NOTICES: dict[str, Promise] = {
    "newsletter": _("広報紙"),
    "website": _("ホームページ"),
    "place": _("読める場所"),
    "group": _("団体への説明"),
    "sns": _("SNS"),
    "video": _("動画"),
    "lending": _("貸し出し"),
}
