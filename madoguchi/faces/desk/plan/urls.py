"""Addresses of the plan on the desk, under /desk/plan/."""

from django.urls import path

from . import measuring, reporting, years

app_name = "plan"
urlpatterns = [
    path("", reporting.reports, name="list"),
    path("ask/", reporting.ask, name="ask"),
    path("remind/", reporting.remind, name="remind"),
    path("reports/<uuid:request_id>/", reporting.report, name="report"),
    path("reports/<uuid:request_id>/hand-in/", reporting.hand_in, name="hand_in"),
    path("reports/<uuid:request_id>/verify/", reporting.verify, name="verify"),
    path("reports/<uuid:request_id>/remand/", reporting.remand, name="remand"),
    path("handed/<uuid:report_id>/", reporting.handed, name="handed"),
    path("sheets/<slug:code>/", reporting.sheet, name="sheet"),
    path("indicators/", measuring.indicators, name="indicators"),
    path("indicators/<slug:key>/", measuring.measure, name="measure"),
    path("years/", years.years, name="years"),
    path("years/freeze/", years.freeze, name="freeze"),
]
