"""Finding a procedure, filling it in, following it."""

from django.urls import path

from . import cases, correcting, cosigning, drafts, forgetting, looking, reusing, sharing, views

app_name = "procedures"
urlpatterns = [
    path("procedures/", views.listing, name="list"),
    path("procedures/<str:key>/", views.procedure, name="procedure"),
    path("procedures/<str:key>/start/", views.start, name="start"),
    path("procedures/<str:key>/printable/", views.printable, name="printable"),
    path("procedures/<str:key>/papers/<slug:document>/", views.paper, name="paper"),
    path("apply/<uuid:draft_id>/", drafts.draft, name="draft"),
    path("apply/<uuid:draft_id>/answers/", drafts.answers, name="answers"),
    path("apply/<uuid:draft_id>/changed/", drafts.changed, name="changed"),
    path("apply/<uuid:draft_id>/reuse/", reusing.reuse, name="reuse"),
    path("apply/<uuid:draft_id>/discard/", drafts.discard, name="discard"),
    path("apply/<uuid:draft_id>/question/<str:path>/", drafts.question, name="question"),
    path("apply/<uuid:draft_id>/remove/<str:item>/", drafts.remove, name="remove"),
    path("apply/<uuid:draft_id>/papers/<slug:document>/", drafts.attach, name="attach"),
    path("apply/<uuid:draft_id>/confirm/", drafts.confirm, name="confirm"),
    path("apply/<uuid:draft_id>/submit/", drafts.submit, name="submit"),
    path("my/", cases.mine, name="mine"),
    path("my/kept/", reusing.kept, name="kept"),
    path("my/forget/", forgetting.forget, name="forget"),
    path("my/looks/", looking.looks, name="looks"),
    path("my/<uuid:case_id>/", cases.case, name="case"),
    path("my/<uuid:case_id>/receipt/", cases.receipt, name="receipt"),
    path("my/<uuid:case_id>/correct/", correcting.correct, name="correct"),
    path("my/<uuid:case_id>/correct/check/", correcting.check, name="check_correction"),
    path("my/<uuid:case_id>/signers/", cosigning.signers, name="signers"),
    path("my/<uuid:case_id>/signers/<str:signer>/invite/", cosigning.invite, name="invite"),
    path("my/<uuid:case_id>/signers/<str:signer>/paper/", cosigning.paper, name="sign_paper"),
    path("sign/<str:token>/", cosigning.sign, name="sign"),
    path("my/<uuid:case_id>/sharing/<uuid:sharing_id>/agree/", sharing.agree, name="agree_to_sharing"),
    path("my/<uuid:case_id>/sharing/<uuid:sharing_id>/end/", sharing.end, name="end_sharing"),
    path("my/<uuid:case_id>/withdraw/", cases.withdraw, name="withdraw"),
    path("my/<uuid:case_id>/letter/<uuid:file_id>/", cases.letter, name="letter"),
]
