"""A small results document as text, with what a test wants to be wrong in it."""

from __future__ import annotations

SIGNS = {"○": "素案に趣旨を掲載しているもの", "△": "事業実施等の際に検討するもの"}


def document(
    *rows: tuple[str, str, str],
    title: str = "見本計画（素案）に寄せられた意見と区の考え方について",
    period: str = "令和3年7月1日（木）から令和3年7月25日（日）まで",
    legend: dict[str, int] | None = None,
) -> bytes:
    """(opinion, answer, category) rows as a table with tabs, below the front matter."""
    rows = rows or (
        ("窓口で書く紙が多いので減らしてほしい。", "電子申請とあわせて見直します。", "○"),
        ("案内板の文字が小さく読みにくい。", "大きさを検討します。", "△"),
        ("夜も電話で聞けるようにしてほしい。", "時間の延長を検討します。", "△"),
    )
    counts = legend or {sign: sum(row[2] == sign for row in rows) for sign in SIGNS}
    lines = [
        title,
        "",
        "1　意見の受付状況",
        f"(1) 期間　{period}",
        f"(2) 意見の件数　{len(rows)}件（3人）",
        "",
    ]
    lines += ["2　意見に対する対応状況", "対応区分\t件数"]
    lines += [f"{sign} {SIGNS[sign]}\t{n}件" for sign, n in counts.items()]
    lines += ["", "＜寄せられた意見と区の考え方＞", "No\t意見の概要\t区の考え方\t対応区分"]
    lines += [f"{number}\t" + "\t".join(row) for number, row in enumerate(rows, 1)]
    return ("\n".join(lines) + "\n").encode()
