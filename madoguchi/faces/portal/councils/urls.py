"""Addresses of the councils, under /councils/."""

from django.urls import path

from . import views

app_name = "councils"
urlpatterns = [
    path("", views.councils, name="list"),
    path("meetings/<uuid:meeting_id>/", views.meeting, name="meeting"),
    path("meetings/<uuid:meeting_id>/<uuid:material_id>/", views.material, name="material"),
    path("<slug:key>/", views.council, name="council"),
]
