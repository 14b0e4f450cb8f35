"""Refusals of representation."""

from django.utils.translation import gettext_lazy as _

from ...errors import NotFound, Refusal


class MandateOver(NotFound):
    """The mandate somebody was acting under has ended. From here on they act for themselves again."""

    code = "mandate_over"
    message = _(
        "代理できる期間が終わったか、代理が取り消されました。この人の手続きは、もう見られません。"
        "ここからは、あなた自身の画面です。"
    )


class OnlyForYourself(Refusal):
    """A page of one's own account, opened while acting for somebody else."""

    code = "only_for_yourself"
    status = 403
    message = _("この画面は、代理では開けません。「自分にもどる」を押すと、あなた自身の画面として開けます。")


class OutsideMandate(Refusal):
    """A procedure the mandate does not name."""

    code = "outside_mandate"
    status = 403
    message = _(
        "この手続きは、代理でたのまれた手続きに入っていません。本人に、たのむ手続きを足してもらってください。"
    )


class MandateCodeWrong(Refusal):
    """The same words for a code nobody has, one that was used, and one whose time is over."""

    code = "mandate_code_wrong"
    status = 422
    message = _(
        "このコードは使えません。打ちまちがいがないか、期限が過ぎていないかを確かめて、"
        "わからないときは、コードを作った人に作り直してもらってください。"
    )


class MandateForYourself(Refusal):
    code = "mandate_for_yourself"
    status = 422
    message = _("自分で自分の代理になることはできません。たのまれた人のアカウントで入力してください。")


class MandateTerm(Refusal):
    code = "mandate_term"
    status = 422
    message = _("いつまでたのむかを、きょうから1年以内の日で選んでください。")


class MandateScope(Refusal):
    code = "mandate_scope"
    status = 422
    message = _("たのむ手続きを、1つ以上選んでください。")


class TooManyMandates(Refusal):
    code = "too_many_mandates"
    message = _("代理は、同時に%(most)s人までです。いらないものを取り消してから、もう一度お試しください。")


class MandatePaper(Refusal):
    """What was seen does not go with the kind, or is too old."""

    code = "mandate_paper"
    status = 422
    message = _(
        "代理の種類と、見た書類が合っていないか、書類の発行日が古すぎます（発行日から%(days)s日まで）。"
        "もう一度お確かめください。"
    )


class MandateBirth(Refusal):
    """A parent acts for a minor."""

    code = "mandate_birth"
    status = 422
    message = _("親権者の代理には、18歳になっていない本人の生年月日が要ります。もう一度お確かめください。")


class MandateWhom(Refusal):
    code = "mandate_whom"
    status = 422
    message = _("本人を、窓口コード・受付番号・氏名のどれか1つで決めてください。")


class MandateNeedsAnother(Refusal):
    code = "mandate_needs_another"
    status = 403
    message = _("登録した人とは別の職員が、書類を確かめて確認します。")
