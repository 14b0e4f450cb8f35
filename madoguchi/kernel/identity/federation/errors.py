"""Refusals of a sign-in by a provider. Each says that there are other ways."""

from django.utils.translation import gettext_lazy as _

from ...errors import Refusal


class ProviderAway(Refusal):
    """It does not answer, or not in time, or with nonsense."""

    code = "provider_away"
    status = 503
    message = _(
        "いま、%(name)sにつながりません。ほかの方法でサインインするか、しばらくしてからもう一度お試しください。"
    )


class ReturnNotOurs(Refusal):
    """Somebody came back from a provider whom we had not sent there, or a second time, or too late."""

    code = "return_not_ours"
    status = 422
    message = _("サインインを確かめられませんでした。サインインの画面から、はじめからやり直してください。")


class WordNotBelieved(Refusal):
    """Signature, issuer, audience, time or nonce of what the provider said did not hold."""

    code = "word_not_believed"
    status = 422
    message = _(
        "%(name)sの返事を確かめられませんでした。はじめからやり直すか、ほかの方法でサインインしてください。"
    )


class StoppedThere(Refusal):
    """The person pressed cancel at the provider, or was refused there."""

    code = "stopped_there"
    status = 422
    message = _("%(name)sでの確認は、取りやめになりました。ほかの方法でもサインインできます。")


class LinkedElsewhere(Refusal):
    """The subject opens another account. Whose, is not said."""

    code = "linked_elsewhere"
    message = _(
        "この%(name)sは、別のアカウントのサインインに使われています。"
        "そのアカウントに入って、サインインの設定でやめると、ここで使えるようになります。"
    )


class LinkedAlready(Refusal):
    """The account has another subject of the same provider."""

    code = "linked_already"
    message = _("このアカウントでは、別の%(name)sを使っています。先にそれをやめてください。")


class NotTheSamePerson(Refusal):
    """Somebody else's card was shown where this account's was asked for."""

    code = "not_the_same_person"
    status = 422
    message = _("このアカウントでお使いのものとちがうか、確認が新しくありません。もう一度お試しください。")


class NobodyInvited(Refusal):
    """The city's sign-in vouches for somebody who has no account of staff here. None is made by it."""

    code = "nobody_invited"
    status = 403
    message = _(
        "%(name)sでは確認できましたが、この窓口の職員として登録されていません。担当の係にお尋ねください。"
    )
