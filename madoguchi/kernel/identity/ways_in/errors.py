"""Refusals of signing in. What they say is the same whether or not an account exists."""

from django.utils.translation import gettext_lazy as _

from ...errors import Refusal


class WrongSecondFactor(Refusal):
    code = "wrong_second_factor"
    status = 422
    message = _("確認できませんでした。番号を確かめて、もう一度入力してください。")


class CodeAlreadyUsed(Refusal):
    """A code of an authenticator app opens one door once: somebody may have looked over the shoulder."""

    code = "code_already_used"
    status = 422
    message = _("この番号は、もう使われています。次の番号が出るまで（30秒ほど）待って、入力してください。")


class StartAgain(Refusal):
    """The first half of the sign-in is too old, or was never done in this browser."""

    code = "start_again"
    status = 422
    message = _("時間がたったため、はじめからやり直してください。")


class WrongCode(Refusal):
    """A one-time code: mistyped, of another person, too old, used, or tried too often."""

    code = "wrong_code"
    status = 422
    message = _("番号がちがうか、期限が切れています。確かめるか、新しい番号を受け取ってください。")


class PasskeyNotAccepted(Refusal):
    code = "passkey_not_accepted"
    status = 422
    message = _("パスキーを確認できませんでした。もう一度試すか、別の方法を選んでください。")


class FactorTaken(Refusal):
    """The card or the passkey is registered already. Whose it is, is not said."""

    code = "factor_taken"
    message = _("これは、もう登録されています。別のものを使うか、担当の係にお尋ねください。")


class WeakPassword(Refusal):
    code = "weak_password"
    status = 422
    message = _("パスワードは、12文字以上200文字以下で、同じ文字の繰り返しでないものにしてください。")


class WeakPin(Refusal):
    code = "weak_pin"
    status = 422
    message = _("暗証番号は、4けたから12けたの数字で、並び数字や同じ数字だけでないものにしてください。")


class NotTheSameTwice(Refusal):
    code = "not_the_same_twice"
    status = 422
    message = _("2回の入力がちがいます。もう一度、同じものを2回入力してください。")


class LastWayIn(Refusal):
    """What is left would open the account to nobody."""

    code = "last_way_in"
    message = _("これをやめると、サインインできなくなります。先に別の方法を加えてください。")


class TooManyFactors(Refusal):
    code = "too_many_factors"
    message = _("これ以上は加えられません。使っていないものをやめてから、もう一度お試しください。")


class AddressNotUsable(Refusal):
    code = "address_not_usable"
    status = 422
    message = _("メールアドレスの書き方が正しくありません。もう一度お確かめください。")


class TooManyMails(Refusal):
    """So many codes to one address in an hour that somebody else might be asking for them."""

    code = "too_many_mails"
    status = 429
    message = _("番号を何度も送りました。1時間ほどたってから、もう一度お試しください。")


class RecoveryNotPossible(Refusal):
    """Not asked for, not yet open, stopped, or used."""

    code = "recovery_not_possible"
    message = _("いまは、この方法でもどれません。窓口で本人確認をしてもどることもできます。")


class AnotherPersonConfirms(Refusal):
    """Who saw the papers does not confirm it too."""

    code = "another_person_confirms"
    status = 403
    message = _("本人確認をした人とは、別の職員が確かめてください。")


class LoginTaken(Refusal):
    code = "login_taken"
    message = _("%(login)s というログイン名は使えません。ほかの職員が使っていないものにしてください。")


class PostUnknown(Refusal):
    code = "post_unknown"
    status = 422
    message = _("%(key)s という席はありません。席のキーは ./mado staff posts で確かめられます。")
