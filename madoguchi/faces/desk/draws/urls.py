"""Addresses of draws at the desk, under /desk/draws/."""

from django.urls import path

from . import entries, views

app_name = "draws"
urlpatterns = [
    path("", views.listed, name="list"),
    path("entries/<uuid:entry_id>/", entries.entry, name="entry"),
    path("entries/<uuid:entry_id>/look/", entries.look, name="look"),
    path("entries/<uuid:entry_id>/withdraw/", entries.withdraw, name="withdraw"),
    path("entries/<uuid:entry_id>/refuse/", entries.refuse, name="refuse"),
    path("entries/<uuid:entry_id>/wins/<uuid:win_id>/", entries.answer, name="answer"),
    path("numbers/<uuid:row_id>/", views.confirm_numbers, name="confirm_numbers"),
    path("<slug:key>/", views.round_page, name="round"),
    path("<slug:key>/entries/", entries.listed, name="entries"),
    path("<slug:key>/receive/", entries.receive, name="receive"),
    path("<slug:key>/close/", views.close, name="close"),
    path("<slug:key>/draw/", views.draw, name="draw"),
    path("<slug:key>/numbers/", views.type_numbers, name="type_numbers"),
    path("<slug:key>/dealt-with/", views.deal_with, name="deal_with"),
    path("<slug:key>/call-off/", views.call_off, name="call_off"),
    path("<slug:key>/redraw/", views.redraw, name="redraw"),
]
