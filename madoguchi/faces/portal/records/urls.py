"""Addresses of registrations, cases told without names, and things to borrow."""

from django.urls import path

from . import registrations, views

app_name = "records"
urlpatterns = [
    path("my/registrations/", registrations.mine, name="mine"),
    path("my/registrations/new/<slug:kind>/", registrations.ask, name="ask"),
    path("my/registrations/<uuid:registration_id>/", registrations.registration, name="registration"),
    path("my/registrations/<uuid:registration_id>/change/", registrations.change, name="change"),
    path("my/registrations/<uuid:registration_id>/renew/", registrations.renew, name="renew"),
    path("my/registrations/<uuid:registration_id>/end/", registrations.end, name="end"),
    path("stories/", views.stories, name="stories"),
    path("stories/<uuid:story_id>/", views.story, name="story"),
    path("things/", views.things, name="things"),
]
