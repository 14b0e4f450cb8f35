"""Addresses of representation."""

from django.urls import path

from . import views

app_name = "agents"
urlpatterns = [
    path("", views.agents, name="list"),
    path("offer/", views.offer, name="offer"),
    path("accept/", views.accept, name="accept"),
    path("code/", views.counter_code, name="counter_code"),
    path("stop/", views.stop, name="stop"),
    path("<uuid:mandate_id>/", views.deeds, name="deeds"),
    path("<uuid:mandate_id>/act/", views.act, name="act"),
    path("<uuid:mandate_id>/end/", views.end, name="end"),
]
