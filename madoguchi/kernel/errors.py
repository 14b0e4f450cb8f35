"""A refusal: the polite way to say no, in words a resident can use."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """Something that cannot be done now, said once, shown by each face in its own way.

    `code` is stable and stands in the API, the log and `docs/refusals.md`. `message` says what
    happened and what to do next, and may hold `%(name)s` places filled from `facts`.
    `facts` are shown to people and logged: never put an answer or a name in them.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    message: Any = _("この操作はできませんでした。画面を開き直して、もう一度お試しください。")

    def __init__(self, message: Any = None, **facts: Any) -> None:
        super().__init__(self.code)
        if message is not None:
            self.message = message
        self.facts = facts

    def __str__(self) -> str:
        text = str(self.message)
        return text % self.facts if self.facts else text


class NotFound(Refusal):
    """Not there and not yours are the same answer, so that nobody can probe."""

    code = "not_found"
    status = 404
    message = _("お探しのものが見つかりませんでした。番号や住所をお確かめください。")


class NotAllowed(Refusal):
    code = "not_allowed"
    status = 403
    message = _("この操作は、あなたの役割ではできません。係の責任者にお尋ねください。")


class SignInFirst(Refusal):
    code = "sign_in_first"
    status = 401
    message = _("続けるには、サインインしてください。")


class SomebodyWasFaster(Refusal):
    """The row is no longer in the state the person saw."""

    code = "somebody_was_faster"
    message = _("ほかの人が先に進めました。いまの内容をお確かめのうえ、必要ならもう一度お試しください。")
