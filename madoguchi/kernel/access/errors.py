"""Refusals to programs."""

from django.utils.translation import gettext_lazy as _

from ..errors import Refusal


class InvalidToken(Refusal):
    """The same for a token that never was, has run out or was taken back, so that nobody can probe."""

    code = "invalid_token"
    status = 401
    message = _(
        "このトークンまたはキーは使えません。期限が切れたか、取り消されています。取り直してください。"
    )


class ScopeMissing(Refusal):
    code = "scope_missing"
    status = 403
    message = _("このトークンまたはキーには「%(scope)s」の許可がありません。")


class ProcedureNotForKey(Refusal):
    code = "procedure_not_for_key"
    status = 403
    message = _("このキーでは、この手続きを扱えません。キーを出した課にお尋ねください。")


class TooManyRequests(Refusal):
    code = "too_many_requests"
    status = 429
    message = _("要求が多すぎます。%(seconds)s秒たってから、もう一度お試しください。")


class IdempotencyKeyMissing(Refusal):
    code = "idempotency_key_missing"
    status = 400
    message = _(
        "Idempotency-Key が要ります。要求ごとに新しい値（8〜200文字の英数字・記号）を付けてください。"
    )


class IdempotencyKeyReused(Refusal):
    code = "idempotency_key_reused"
    status = 422
    message = _("同じ Idempotency-Key が、ちがう内容の要求に使われています。新しい値を付けてください。")


class UnknownScope(Refusal):
    code = "unknown_scope"
    status = 422
    message = _("「%(scope)s」という許可はありません。使えるのは %(known)s です。")


class BadRedirect(Refusal):
    code = "bad_redirect"
    status = 422
    message = _("「%(address)s」には戻れません。https の住所か、http://127.0.0.1 を書いてください。")


class NotATerminal(Refusal):
    """The same for a browser that never was one, and for a terminal that was stopped."""

    code = "not_a_terminal"
    status = 404
    message = _("この画面は、いま窓口の端末として使われていません。近くの係員にお声がけください。")


class NotAtATerminal(Refusal):
    """Somebody wants to sign in on a screen at a counter: whoever comes next would be signed in as them."""

    code = "not_at_a_terminal"
    status = 403
    message = _(
        "この画面は、みんなで使う窓口の端末なので、サインインできません。ご自分のスマートフォンやパソコンを使うか、"
        "近くの係員にお声がけください。職員がほかの端末の「窓口の端末」でこの端末を止めると、サインインできるようになります。"
    )


class NameThePlace(Refusal):
    code = "name_the_place"
    status = 422
    message = _("端末を置く場所の名前を、60字までで書いてください。例：1番の窓口の横")


class CalledTooOften(Refusal):
    code = "called_too_often"
    status = 429
    message = _("続けて何度も呼ばれました。1分ほど待ってから、もう一度押してください。")


class KeyDivisionUnknown(Refusal):
    code = "key_division_unknown"
    status = 422
    message = _("「%(division)s」という課はありません。")
