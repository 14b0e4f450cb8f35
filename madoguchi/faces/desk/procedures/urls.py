"""Cases: the list, one case, and everything a clerk does with it."""

from django.urls import path

from . import deciding, papers, receiving, transferring, views

app_name = "procedures"
urlpatterns = [
    path("receive/", receiving.receive, name="receive"),
    path("receive/<uuid:draft_id>/", receiving.entry, name="entry"),
    path("receive/done/<uuid:case_id>/", receiving.received, name="received"),
    path("receive/<uuid:draft_id>/look/", receiving.look, name="entry_look"),
    path("cases/", views.cases, name="cases"),
    path("cases/<uuid:case_id>/", views.case, name="case"),
    path("cases/<uuid:case_id>/look/", views.look, name="look"),
    path("cases/<uuid:case_id>/whole/", views.whole, name="whole"),
    path("cases/<uuid:case_id>/take/", views.take, name="take"),
    path("cases/<uuid:case_id>/advance/", views.advance, name="advance"),
    path("cases/<uuid:case_id>/note/", views.note, name="note"),
    path("cases/<uuid:case_id>/ask-keeper/", views.ask_keeper, name="ask_keeper"),
    path("cases/<uuid:case_id>/file/<uuid:file_id>/", views.file, name="file"),
    path("cases/<uuid:case_id>/decide/", deciding.decide, name="decide"),
    path("cases/<uuid:case_id>/send/", deciding.send, name="send"),
    path("cases/<uuid:case_id>/send-back/", deciding.send_back, name="send_back"),
    path("cases/<uuid:case_id>/hand-back/", deciding.hand_back, name="hand_back"),
    path("cases/<uuid:case_id>/transfer/", transferring.transfer, name="transfer"),
    path("cases/<uuid:case_id>/paper/", papers.paper, name="paper"),
    path("cases/<uuid:case_id>/return/", deciding.return_, name="return"),
    path("cases/<uuid:case_id>/confirm/", deciding.confirm, name="confirm"),
    path("cases/<uuid:case_id>/answer/", deciding.answer, name="answer"),
    path("cases/<uuid:case_id>/withdraw/", deciding.withdraw, name="withdraw"),
]
