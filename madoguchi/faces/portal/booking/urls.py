"""Addresses of booking, under /book/ and /my/bookings/."""

from django.urls import include, path

from . import for_me, own, showing, taking, waiting

app_name = "booking"
_mine = [
    path("", own.mine, name="mine"),
    path("waiting/<uuid:waiting_id>/leave/", waiting.leave, name="leave"),
    path("<uuid:booking_id>/", own.booking, name="booking"),
    path("<uuid:booking_id>/check/", own.check, name="check"),
    path("<uuid:booking_id>/confirm/", own.confirm, name="confirm"),
    path("<uuid:booking_id>/let-go/", own.let_go, name="let_go"),
    path("<uuid:booking_id>/receipt/", own.receipt, name="receipt"),
    path("<uuid:booking_id>/cancel/", own.cancel, name="cancel"),
    path("<uuid:booking_id>/mode/", own.switch, name="switch"),
    path("<uuid:booking_id>/move/", own.move, name="move"),
    path("<uuid:booking_id>/booking.ics", own.calendar_file, name="ics"),
]
urlpatterns = [
    path("my/bookings/", include(_mine)),
    path("book/", showing.areas, name="areas"),
    path("book/<slug:key>/", showing.area, name="area"),
    path("book/<slug:key>/for-me/", for_me.for_me, name="for_me"),
    path("book/<slug:key>/print/", showing.print_week, name="print"),
    path("book/<slug:key>/places/", showing.places, name="places"),
    path("book/<slug:key>/slots/<uuid:slot_id>/", taking.slot, name="slot"),
    path("book/<slug:key>/slots/<uuid:slot_id>/hold/", taking.hold_slot, name="hold_slot"),
    path("book/<slug:key>/times/<slug:resource>/<str:since>/", taking.time, name="time"),
    path("book/<slug:key>/times/<slug:resource>/<str:since>/hold/", taking.hold_time, name="hold_time"),
]
