"""What stands in the way of sealing."""

from django.utils.translation import gettext_lazy as _

from ..errors import Refusal


class AuditKeyMissing(Refusal):
    code = "audit_key_missing"
    status = 503
    message = _(
        "監査記録に署名する鍵が %(place)s にありません。控えから戻すか、`./mado audit key --new` で次の鍵を作ってください。"
    )


class HeadsUnreadable(Refusal):
    code = "audit_heads_unreadable"
    status = 422
    message = _("%(path)s の %(line)s 行目は、監査ブロックの控えとして読めません。")


class HeadsDisagree(Refusal):
    code = "audit_heads_disagree"
    status = 409
    message = _(
        "控えのファイル %(path)s のブロック %(number)s は、データベースのものと合いません。"
        "`./mado audit verify` で確かめてください。控えには書き足していません。"
    )
