"""Why a document cannot be read, in words for the member of staff who brought it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal


class DocumentEmpty(Refusal):
    code = "document_empty"
    status = 422
    message = _("ファイルの中身が空です。正しいファイルか確かめて、もう一度選んでください。")


class DocumentTooLarge(Refusal):
    """More bytes, pages, rows or cells than is read in one go; also an archive that unfolds without end."""

    code = "document_too_large"
    status = 413
    message = _("資料が大きすぎて読み取れません。%(most)sまでに分けて、1つずつ取り込んでください。")


class DocumentKindUnknown(Refusal):
    code = "document_kind_unknown"
    status = 415
    message = _(
        "この種類のファイルは読み取れません。"
        "テキスト、CSV、Excel（.xlsx）、Word（.docx）、PDF、HTMLのどれかで保存し直してください。"
    )


class DocumentIsOld(DocumentKindUnknown):
    """Excel and Word of before 2007, and newer ones under a password: both come in the same wrapping."""

    code = "document_is_old"
    message = _(
        "古い形式（.xls・.doc）か、パスワードのかかったExcel・Wordのファイルは読み取れません。"
        "元のソフトで開き、パスワードを外して、.xlsxか.docxで保存し直してください。"
    )


class DocumentLocked(Refusal):
    code = "document_locked"
    status = 422
    message = _(
        "パスワードのかかったPDFは読み取れません。パスワードを外したPDFを用意して、もう一度選んでください。"
    )


class DocumentHasNoText(Refusal):
    """A scan: pictures of pages. There is no OCR here."""

    code = "document_has_no_text"
    status = 422
    message = _(
        "このPDFには文字がありません（紙を読み取った画像のようです）。画像から文字を読み取る機能はありません。"
        "元のWordやExcelのファイルを使うか、文字を打ち直してください。"
    )


class DocumentUnreadable(Refusal):
    code = "document_unreadable"
    status = 422
    message = _(
        "ファイルを読み取れませんでした。壊れていないか確かめ、元のソフトで保存し直してから、もう一度選んでください。"
    )


class DocumentTooHard(Refusal):
    """Reading took more time or memory than it may: a very long document, or one made to do harm."""

    code = "document_too_hard"
    status = 422
    message = _(
        "決められた時間と容量では読み取れませんでした。"
        "資料を分けるか、CSVかテキストで保存し直して、もう一度選んでください。"
    )
