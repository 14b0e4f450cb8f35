"""Addresses of registers on the desk, under /desk/records/."""

from django.urls import path

from . import entering, lending, registrations, stories

app_name = "records"
urlpatterns = [
    path("", registrations.listed, name="list"),
    path("find/", registrations.find, name="find"),
    path("new/<slug:kind>/", entering.enter, name="enter"),
    path("things/", lending.things, name="things"),
    path("things/<slug:key>/lend/", lending.lend, name="lend"),
    path("loans/<uuid:loan_id>/", lending.loan, name="loan"),
    path("loans/<uuid:loan_id>/look/", lending.look, name="loan_look"),
    path("loans/<uuid:loan_id>/back/", lending.back, name="back"),
    path("loans/<uuid:loan_id>/extend/", lending.extend, name="extend"),
    path("stories/", stories.listed, name="stories"),
    path("stories/new/", stories.write, name="story_new"),
    path("stories/<uuid:story_id>/", stories.story, name="story"),
    path("stories/<uuid:story_id>/change/", stories.change, name="story_change"),
    path("stories/<uuid:story_id>/ask/", stories.ask, name="story_ask"),
    path("stories/<uuid:story_id>/withdraw/", stories.withdraw, name="story_withdraw"),
    path("<uuid:registration_id>/", registrations.registration, name="registration"),
    path("<uuid:registration_id>/look/", registrations.look, name="look"),
    path("<uuid:registration_id>/interview/", registrations.interview, name="interview"),
    path("<uuid:registration_id>/accept/", registrations.accept, name="accept"),
    path("<uuid:registration_id>/refuse/", registrations.refuse, name="refuse"),
    path("<uuid:registration_id>/change/", registrations.change, name="change"),
    path("<uuid:registration_id>/renew/", registrations.renew, name="renew"),
    path("<uuid:registration_id>/end/", registrations.end, name="end"),
]
