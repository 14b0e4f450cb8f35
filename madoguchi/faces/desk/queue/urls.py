"""Addresses of calling at the counters, under /desk/queue/."""

from django.urls import path

from . import acts, cut_off, giving, views

app_name = "queue"
urlpatterns = [
    path("", views.listed, name="list"),
    path("<uuid:desk_id>/", views.console, name="console"),
    path("<uuid:desk_id>/open/", views.open_desk, name="open"),
    path("<uuid:desk_id>/close/", views.close_desk, name="close"),
    path("<uuid:desk_id>/next/", acts.call_next, name="next"),
    path("<uuid:desk_id>/issue/", giving.issue, name="issue"),
    path("<uuid:desk_id>/check-in/", giving.check_in, name="check_in"),
    path("<uuid:desk_id>/seen/", cut_off.seen, name="seen"),
    path("<uuid:desk_id>/catch-up/", cut_off.catch_up, name="catch_up"),
    path("<uuid:desk_id>/<uuid:ticket_id>/transfer/", acts.transfer, name="transfer"),
    path("<uuid:desk_id>/<uuid:ticket_id>/<slug:verb>/", acts.act, name="act"),
]
