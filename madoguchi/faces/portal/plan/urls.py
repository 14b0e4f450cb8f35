"""Addresses of the plan's pages, under /plan/."""

from django.urls import path

from . import views

app_name = "plan"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("items/<slug:code>/", views.item, name="item"),
    path("figures/", views.figures, name="figures"),
    path("former/", views.former, name="former"),
    path("series/", views.series, name="series"),
]
