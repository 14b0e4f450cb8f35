"""Addresses of the connected apps."""

from django.urls import path

from . import views

app_name = "access"
urlpatterns = [
    path("", views.connections, name="connections"),
    path("<uuid:grant_id>/end/", views.end, name="end"),
]
