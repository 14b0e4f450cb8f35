"""Addresses of the councils on the desk, under /desk/councils/."""

from django.urls import path

from . import meetings, views

app_name = "councils"
urlpatterns = [
    path("", views.listed, name="list"),
    path("meetings/<uuid:meeting_id>/", meetings.meeting, name="meeting"),
    path("meetings/<uuid:meeting_id>/change/", meetings.change, name="change"),
    path("meetings/<uuid:meeting_id>/point/", meetings.point, name="point"),
    path("meetings/<uuid:meeting_id>/point/<uuid:point_id>/", meetings.outcome, name="outcome"),
    path("meetings/<uuid:meeting_id>/brief/", meetings.brief, name="brief"),
    path("meetings/<uuid:meeting_id>/material/", meetings.material, name="material"),
    path("meetings/<uuid:meeting_id>/material/<uuid:material_id>/remove/", meetings.remove, name="remove"),
    path("meetings/<uuid:meeting_id>/held/", meetings.held, name="held"),
    path("meetings/<uuid:meeting_id>/cancel/", meetings.cancel, name="cancel"),
    path("meetings/<uuid:meeting_id>/minutes/", meetings.minutes, name="minutes"),
    path("<slug:key>/", views.council, name="council"),
    path("<slug:key>/plan/", views.plan, name="plan"),
]
