"""Refusals of consultation."""

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.errors import Refusal

from .desk_errors import (  # noqa: F401  theirs stand beside
    AlreadyPublished,
    AnswerNotReady,
    CallKeyTaken,
    CallUnclear,
    CallUnderWay,
    CommentUnsettled,
    DecisionUnclear,
    DocumentIsTwin,
    DocumentLacks,
    DocumentSaysNothing,
    DocumentTaken,
    DoubtsOpen,
    DraftUnclear,
    EvidenceMissing,
    IntakeUnclear,
    NotReadyToOpen,
    NotReadyToPublish,
    OpinionCounted,
    OutcomeUnclear,
    PartSettled,
    TooFewDays,
    TotalsDiffer,
    WithholdNeedsReason,
)

# Why a document cannot be read stands with the reading, which knows nothing of tables.
from .reading.errors import (  # noqa: F401
    DocumentEmpty,
    DocumentHasNoText,
    DocumentIsOld,
    DocumentKindUnknown,
    DocumentLocked,
    DocumentTooHard,
    DocumentTooLarge,
    DocumentUnreadable,
)


class CallClosed(Refusal):
    code = "consultation_call_closed"
    message = _(
        "この募集は、いまは意見を受け付けていません。期間をお確かめください。書いた文章は残しておいてください。"
    )


class NothingWritten(Refusal):
    code = "consultation_nothing_written"
    status = 422
    message = _("意見がまだ書かれていません。一つ以上、書いてください。")


class OpinionTooLong(Refusal):
    code = "consultation_opinion_too_long"
    status = 422
    message = _("一つの意見は%(most)s字までです。いまは%(length)s字です。分けて書いてください。")


class TooManyOpinions(Refusal):
    code = "consultation_too_many_opinions"
    status = 422
    message = _("一度に送れる意見は%(most)s件までです。残りは、もう一度送ってください。")


class AddressUnclear(Refusal):
    code = "consultation_address_unclear"
    status = 422
    message = _("メールアドレスの形が正しくありません。お知らせがいらなければ、空のままで送れます。")


class QuestionUnclear(Refusal):
    code = "consultation_question_unclear"
    status = 422
    message = _("1字以上%(most)s字以内で書いてください。")
