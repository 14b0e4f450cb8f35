"""What the writing of procedures refuses."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal


class KeyTaken(Refusal):
    code = "blueprint_key_taken"
    message = _("このキーは、ほかの手続きで使っています。後ろに言葉か数を足して、別のキーにしてください。")


class KeyMalformed(Refusal):
    code = "blueprint_key_malformed"
    status = 422
    message = _("キーは、半角の英小文字と数字、_ と . で書いてください（例: moushikomi.event）。")


class NeedsTitle(Refusal):
    code = "blueprint_needs_title"
    status = 422
    message = _("手続きの名前を書いてください（200文字まで）。")


class SavedMeanwhile(Refusal):
    """Two windows, or two people: the second sees what the first has saved."""

    code = "blueprint_saved_meanwhile"
    message = _(
        "ほかの画面か、ほかの人が先に保存しました。書いたものはまだ保存していません。いまの内容を確かめてから、もう一度保存してください。"
    )


class SourceUnreadable(Refusal):
    """The text does not read as what it should be; `faults` say where."""

    code = "blueprint_source_unreadable"
    status = 422
    message = _(
        "直すところがあるため、保存しませんでした。書いたものは下に残っています。行番号のところを直してください。"
    )

    def __init__(self, message: Any = None, *, problems: Any = ()) -> None:
        super().__init__(message)
        self.faults = list(problems)


class WrongInput(Refusal):
    """One thing on a page is not as it has to be; `field` names it."""

    code = "blueprint_wrong_input"
    status = 422

    def __init__(self, message: Any, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class HasProblems(Refusal):
    code = "blueprint_has_problems"
    message = _("直すところが%(count)d件あります。直してから、もう一度お進みください。")

    def __init__(self, count: int) -> None:
        super().__init__(count=count)


class NeedsPractice(Refusal):
    code = "blueprint_needs_practice"
    status = 422
    message = _(
        "練習で1件、決定して送るところまで試してください。試さないときは、その理由を20文字以上で書いてください。"
    )


class NeedsWords(Refusal):
    code = "blueprint_needs_words"
    status = 422
    message = _("理由を書いてください。")


class AlreadyAsked(Refusal):
    code = "publication_already_asked"
    message = _("公開の申し出は、もう出ています。")


class NothingChanged(Refusal):
    """What would be published is what stands published."""

    code = "nothing_changed"
    message = _("いま公開しているものと同じです。どこかを直してから、公開を申し出てください。")


class NothingAsked(Refusal):
    """It was answered, taken back or edited meanwhile."""

    code = "publication_not_asked"
    message = _(
        "この申し出は、もうありません。内容が直されたか、ほかの人が先に答えました。いまの内容をご覧ください。"
    )


class AuthorCannotPublish(Refusal):
    code = "author_cannot_publish"
    status = 403
    message = _("書いた人と申し出た人は、公開できません。この内容を書いていない人に頼んでください。")


class NotPublished(Refusal):
    code = "blueprint_not_published"
    message = _("いまは公開していません。")


class PracticeOver(Refusal):
    code = "practice_over"
    status = 404
    message = _("この練習は終わりました。手続きの画面から、もう一度始めてください。")


class NotInPractice(Refusal):
    code = "not_in_practice"
    status = 404
    message = _("この画面は練習では使いません。上の「練習中」の帯から、手続きか係の画面へもどってください。")


class NeedsFile(Refusal):
    code = "blueprint_needs_file"
    status = 422
    message = _("取り込むファイルを選んでください。")
