"""Addresses of approvals on the desk, under /desk/approvals/."""

from django.urls import path

from . import views

app_name = "approvals"
urlpatterns = [
    path("", views.listed, name="list"),
    path("<uuid:request_id>/", views.request, name="request"),
    path("<uuid:request_id>/approve/", views.approve, name="approve"),
    path("<uuid:request_id>/remand/", views.remand, name="remand"),
    path("<uuid:request_id>/withdraw/", views.withdraw, name="withdraw"),
]
