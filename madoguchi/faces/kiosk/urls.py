"""Addresses of the screens at a counter. None holds an answer, and none names a draft."""

from django.urls import path

from . import display, tickets, views, writing

app_name = "kiosk"
urlpatterns = [
    path("", views.first, name="first"),
    path("language/", views.language, name="language"),
    path("procedures/", views.procedures, name="procedures"),
    path("procedures/<str:key>/", views.begin, name="begin"),
    path("go-on/", writing.resume, name="go_on"),
    path("question/<str:path>/", writing.question, name="question"),
    path("remove/<str:item>/", writing.remove, name="remove"),
    path("papers/", writing.papers, name="papers"),
    path("check/", writing.check, name="check"),
    path("hand/", writing.hand, name="hand"),
    path("number/", views.number, name="number"),
    path("stop/", views.stop, name="stop"),
    path("wipe/", views.wipe, name="wipe"),
    path("still/", views.still, name="still"),
    path("over/", views.over, name="over"),
    path("here/", views.here, name="here"),
    path("call/", views.call, name="call"),
    path("tickets/", tickets.first, name="tickets"),
    path("tickets/language/", tickets.language, name="ticket_language"),
    path("tickets/errands/", tickets.divisions, name="ticket_divisions"),
    path("tickets/errands/<str:division>/", tickets.errands, name="ticket_errands"),
    path("tickets/take/<slug:counter>/<slug:errand>/", tickets.take, name="ticket_take"),
    path("tickets/booked/", tickets.booked, name="ticket_booked"),
    path("tickets/number/", tickets.number, name="ticket_number"),
    path("display/<slug:counter>/", display.display, name="display"),
]
