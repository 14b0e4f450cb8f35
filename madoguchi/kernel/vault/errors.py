"""Refusals of the vault, in words for the person who brought the file."""

from django.utils.translation import gettext_lazy as _

from ..errors import Refusal


class FileEmpty(Refusal):
    code = "file_empty"
    status = 422
    message = _("ファイルの中身が空でした。もう一度選ぶか、写真を撮り直してください。")


class FileTooLarge(Refusal):
    code = "file_too_large"
    status = 413
    message = _("ファイルが大きすぎます。%(most)sまでのファイルを選んでください。紙で出すこともできます。")


class FileKindRefused(Refusal):
    code = "file_kind_refused"
    status = 415
    message = _("この種類のファイルは受け取れません。写真（JPEG・PNG・WebP）かPDFにしてお送りください。")


class FileMismatch(Refusal):
    """Says it is one thing and is another, or is two things at once."""

    code = "file_mismatch"
    status = 415
    message = _(
        "ファイルの名前と中身が合わないため、受け取れませんでした。"
        "写真を撮り直すか、PDFを作り直してお送りください。"
    )


class FileUnreadable(Refusal):
    code = "file_unreadable"
    status = 422
    message = _("ファイルを開けませんでした。壊れていないかお確かめのうえ、もう一度お送りください。")


class FileLocked(Refusal):
    code = "file_locked"
    status = 422
    message = _("パスワードや編集の制限がかかったPDFは受け取れません。制限を外してからお送りください。")


class FileIsActive(Refusal):
    """A PDF that would run something or carries other files."""

    code = "file_is_active"
    status = 415
    message = _(
        "動く仕掛けやほかのファイルが入ったPDFは受け取れません。"
        "いちど印刷用のPDFとして保存し直すか、写真に撮ってお送りください。"
    )


class FileHarmful(Refusal):
    code = "file_harmful"
    status = 422
    message = _(
        "ウイルスなどの疑いがあるため、このファイルは受け取れませんでした。別のファイルをお送りください。"
    )


class FileGone(Refusal):
    """Erased, or never found safe."""

    code = "file_gone"
    status = 410
    message = _("このファイルはもうありません。保存期間が過ぎたか、取り消されました。")


class FileDamaged(Refusal):
    """What is on disk is not what was stored."""

    code = "file_damaged"
    status = 500
    message = _(
        "保存したファイルを確かめられませんでした。係の者が調べます。お急ぎのときは窓口へご連絡ください。"
    )


class KeyDestroyed(Refusal):
    code = "key_destroyed"
    status = 410
    message = _("この内容は、保存期間が過ぎたため消されました。")


class SealBroken(Refusal):
    """Sealed with another key, for another place, or changed since."""

    code = "seal_broken"
    status = 500
    message = _("保存した内容を確かめられませんでした。係の者が調べます。")


class MasterKeyMissing(Refusal):
    """The operator's key that wraps all others is not where it should be. Never made anew over sealed data."""

    code = "master_key_missing"
    status = 503
    message = _(
        "元の鍵「%(key)s」が見つかりません。鍵の置き場所（%(place)s）を確かめ、写しから戻してください。"
    )
