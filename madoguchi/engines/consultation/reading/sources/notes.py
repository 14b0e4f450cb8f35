"""What a file did not give, in words for the staff. A child that reads says only the key: it has no translations."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from .outcome import Note

WORDS = {
    # every kind
    "other_kind": _("ファイル名は「%(extension)s」ですが、中身は%(kind)sなので、そのように読みました。"),
    "encoding": _("文字コードは%(name)sとして読みました。"),
    "broken_bytes": _("文字として読めない部分があり、「\ufffd」に置き換えました（%(lines)s行目）。"),
    "controls": _("画面に出ない制御文字を取り除きました（%(lines)s行目）。"),
    # CSV
    "quotes": _('引用符（"）の閉じ方が正しくない行があります。セルの区切りを確かめてください。'),
    # Excel and Word
    "macros": _("マクロが入っていましたが、動かさずに無視しました。"),
    "hidden_sheets": _("表示されていないシートは読みませんでした（%(names)s）。"),
    "hidden_rows": _("シート「%(sheet)s」の、表示されていない行も読みました（%(rows)s行目）。"),
    "hidden_columns": _("シート「%(sheet)s」の、表示されていない列も読みました（%(columns)s列）。"),
    "no_values": _(
        "シート「%(sheet)s」に、計算結果が保存されていない式があり、空欄として読みました（%(cells)s）。"
    ),
    "forms_unknown": _(
        "シート「%(sheet)s」に、画面どおりの形にできない数や日付があり、値のまま読みました（%(cells)s）。"
    ),
    "cell_errors": _("シート「%(sheet)s」に、エラーになっているセルがあります（%(cells)s）。"),
    "tracked": _("変更履歴が残っています。追加は本文として、削除は消えたものとして読みました。"),
    "numbered": _(
        "自動で付く番号（段落番号）は文字として入っていないため、読めません。%(count)sか所あります。"
    ),
    "beside": _("コメント・脚注・ヘッダー・フッターは読んでいません。"),
    # PDF
    "pages_without_text": _("文字のないページがあります（%(pages)sページ）。画像の文字は読めません。"),
    "letters_unknown": _("文字の分からない字があり、「\ufffd」に置き換えました（%(pages)sページ）。"),
    "pages_broken": _("読み取れないページがあります（%(pages)sページ）。"),
    # HTML
    "not_shown": _("画面に出ない部分は読みませんでした。"),
}


def worded(notes: Iterable[Note]) -> tuple[str, ...]:
    return tuple(str(WORDS[key]) % facts for key, facts in notes)
