"""Addresses of the draws, under /draws/."""

from django.urls import path

from . import checking, entering, mine, views

app_name = "draws"
urlpatterns = [
    path("", views.listed, name="list"),
    path("verify.py", checking.verifier, name="verifier"),
    path("mine/", mine.listed, name="mine"),
    path("mine/<uuid:entry_id>/", mine.entry, name="entry"),
    path("mine/<uuid:entry_id>/withdraw/", mine.withdraw, name="withdraw"),
    path("mine/<uuid:entry_id>/wins/<uuid:win_id>/", mine.answer, name="answer"),
    path("entries/", views.find, name="find"),
    path("entries/<str:receipt>/", views.receipt, name="receipt"),
    path("entries/<str:receipt>/wins/<uuid:win_id>/", views.answer_by_code, name="answer_by_code"),
    path("<slug:key>/", views.round_page, name="round"),
    path("<slug:key>/enter/", entering.enter, name="enter"),
    path("<slug:key>/proof.json", checking.proof, name="proof"),
    path("<slug:key>/files/<str:name>", checking.file, name="file"),
]
