"""Addresses of the plan's pages, under /plan/."""

from django.urls import path

from . import downloads, views

app_name = "plan"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("items/<slug:code>/", views.item, name="item"),
    path("items/<slug:code>.csv", downloads.item, name="item_csv"),
    path("reports/<uuid:report_id>/", views.report, name="report"),
    path("indicators/", views.indicators, name="indicators"),
    path("indicators.csv", downloads.indicators, name="indicators_csv"),
    path("years/", views.years, name="years"),
    path("years/<int:year>/", views.year, name="year"),
    path("years/<int:year>.csv", downloads.year_csv, name="year_csv"),
    path("years/<int:year>.json", downloads.year_json, name="year_json"),
    path("figures/", views.figures, name="figures"),
    path("former/", views.former, name="former"),
    path("series/", views.series, name="series"),
]
