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
    message = _("この種類のファイルは受け取れません。写真（JPEG・PNG・HEIC）かPDFにしてお送りください。")


class FileIsOffice(FileKindRefused):
    """Word, Excel, PowerPoint and their like: macros travel in them."""

    code = "file_is_office"
    message = _(
        "ワードやエクセルなどのファイルは受け取れません。「PDFとして保存」するか、印刷して写真に撮ってお送りください。"
    )


class FileIsArchive(FileKindRefused):
    code = "file_is_archive"
    message = _(
        "まとめて圧縮したファイル（ZIPなど）は受け取れません。中の写真やPDFを、1つずつ付けてください。"
    )


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


class PhotoIsHeic(FileUnreadable):
    """A photograph in the telephone's own format, of which there are more kinds than we can read."""

    code = "photo_is_heic"
    message = _(
        "この「HEIC」という形式の写真は、開けませんでした。写真を画面に出してスクリーンショットにし、それを選んでください。"
        "iPhoneの「設定」→「カメラ」→「フォーマット」で「互換性優先」を選んで、撮り直してもかまいません。"
    )


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


class FileWaits(Refusal):
    """Not scanned yet: the scanner did not answer. It will be asked again."""

    code = "file_waits"
    status = 409
    message = _(
        "このファイルは、ウイルスがないことを確かめている途中です。確かめ終わるまで開けません。しばらくしてから、もう一度お試しください。"
    )


class FileNotShown(Refusal):
    """A PDF from before safe views whose pages cannot be drawn."""

    code = "file_not_shown"
    status = 422
    message = _(
        "このPDFは、安全に見られる形にできませんでした。もう一度出していただくか、紙でお出しください。"
    )


class FileLost(Refusal):
    """Its bytes went missing or were damaged with us before they were scanned."""

    code = "file_lost"
    status = 410
    message = _(
        "お預かりしたファイルが、こちらの不具合で読めなくなりました。申しわけありません。もう一度、同じファイルをお出しください。"
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


class HoldUnclear(Refusal):
    code = "hold_unclear"
    status = 422
    message = _(
        "何を、なぜ保全するのかを選び、理由を書いてください。終わりの日は、きょうよりあとの日にします。"
    )


class HoldNeedsAnotherPerson(Refusal):
    """Who put a hold on does not lift it."""

    code = "hold_needs_another_person"
    status = 403
    message = _("保全を解くのは、保全した人とは別の文書管理の担当者です。ほかの担当者に頼んでください。")


class HoldAlreadyLifted(Refusal):
    code = "hold_already_lifted"
    message = _("この保全は、もう解かれています。画面を開き直してください。")


class UnderHold(Refusal):
    """A dispute or an inquiry holds it: nothing of it is thrown away."""

    code = "under_hold"
    message = _(
        "訴訟や審査請求などのために保全されているため、消せません。文書管理の担当者に確かめてください。"
    )


class KeyInUse(Refusal):
    """A master key that still wraps something is never thrown away."""

    code = "key_in_use"
    message = _(
        "元の鍵「%(key)s」は、まだ%(n)s件を包んでいます。先に mado vault rotate を終わらせてください。"
    )
