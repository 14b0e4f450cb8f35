"""Screens at the counters."""

from django.urls import path

from . import views

app_name = "terminals"
urlpatterns = [
    path("", views.terminals, name="list"),
    path("open/", views.open_here, name="open"),
    path("<uuid:terminal_id>/stop/", views.stop, name="stop"),
    path("<uuid:terminal_id>/went/", views.went, name="went"),
    path("number/", views.number, name="number"),
]
