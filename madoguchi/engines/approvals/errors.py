"""Refusals of approvals."""

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal


class RouteUnknown(Refusal):
    code = "approval_route_unknown"
    status = 422
    message = _("決裁の経路「%(route)s」がありません。パックの approvals/routes.yaml をお確かめください。")


class AlreadyAsked(Refusal):
    code = "approval_already_asked"
    message = _("すでに決裁に出ています。差し戻されるか、取り下げてから、もう一度出してください。")


class NotYourTurn(Refusal):
    code = "approval_not_your_turn"
    status = 403
    message = _("いまはこの決裁の番ではありません。経路の順をお確かめください。")


class OwnRequest(Refusal):
    """Whoever asked, or took an earlier step, does not approve it."""

    code = "approval_own_request"
    status = 403
    message = _("起案した人や、前の段で決裁した人は、ここでは決裁できません。ほかの人にお願いしてください。")


class RemandNeedsReason(Refusal):
    code = "approval_remand_needs_reason"
    status = 422
    message = _("差し戻す理由を書いてください。")


class ApprovalOver(Refusal):
    code = "approval_over"
    message = _("この決裁は終わっています。いまの内容をお確かめください。")
