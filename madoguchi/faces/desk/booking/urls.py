"""Addresses of bookings on the desk, under /desk/bookings/."""

from django.urls import path

from . import areas, blocks, entering, events, exchange, imports, one, rain, series, slots, telling

app_name = "booking"
urlpatterns = [
    path("", areas.index, name="index"),
    path("find/", areas.find, name="find"),
    path("tell/", telling.listed, name="to_tell"),
    path("tell/<uuid:delivery_id>/", telling.letter, name="letter"),
    path("tell/<uuid:delivery_id>/look/", telling.look, name="letter_look"),
    path("tell/<uuid:delivery_id>/done/", telling.done, name="letter_done"),
    path("one/<uuid:booking_id>/", one.booking, name="booking"),
    path("one/<uuid:booking_id>/look/", one.look, name="look"),
    path("one/<uuid:booking_id>/care/", one.care, name="care"),
    path("one/<uuid:booking_id>/do/", one.act, name="act"),
    path("one/<uuid:booking_id>/cancel/", one.cancel, name="cancel"),
    path("one/<uuid:booking_id>/note/", one.note, name="note"),
    path("slots/<uuid:slot_id>/", slots.slot, name="slot"),
    path("slots/<uuid:slot_id>/shut/", slots.shut, name="slot_shut"),
    path("slots/<uuid:slot_id>/capacity/", slots.capacity, name="slot_capacity"),
    path("slots/<uuid:slot_id>/call-off/", slots.call_off, name="slot_call_off"),
    path("waiting/<uuid:waiting_id>/leave/", slots.leave, name="leave"),
    path("series/<uuid:series_id>/", series.series, name="series"),
    path("series/<uuid:series_id>/cancel/", series.cancel_rest, name="series_cancel"),
    path("blocks/<uuid:block_id>/lift/", blocks.lift, name="lift"),
    path("imports/<uuid:import_id>/", imports.report, name="import"),
    path("imports/<uuid:import_id>/report.csv", imports.report_file, name="import_file"),
    path("events/<uuid:slot_id>/", events.event, name="event"),
    path("events/<uuid:slot_id>/ask/", events.ask, name="event_ask"),
    path("events/<uuid:slot_id>/draw/", events.draw, name="event_draw"),
    path("<slug:key>/events/", events.events, name="events"),
    path("<slug:key>/", areas.calendar, name="area"),
    path("<slug:key>/list/", areas.day_list, name="list"),
    path("<slug:key>/new/", entering.new, name="new"),
    path("<slug:key>/blocks/", blocks.blocks, name="blocks"),
    path("<slug:key>/imports/", imports.imports, name="imports"),
    path("<slug:key>/rain/", rain.rain, name="rain"),
    path("<slug:key>/capacity/", exchange.capacity, name="capacity"),
    path("<slug:key>/export/", exchange.export, name="export"),
    path("<slug:key>/days/", exchange.days, name="waiting_days"),
]
