"""Who stands in for whom."""

from django.urls import path

from . import views

app_name = "people"
urlpatterns = [
    path("stand-ins/", views.stand_ins, name="stand_ins"),
    path("stand-ins/<uuid:stand_in_id>/end/", views.end, name="end_stand_in"),
]
