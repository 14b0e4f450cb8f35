"""What the city hall wrote to me."""

from django.urls import path

from . import views

app_name = "messaging"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<uuid:message_id>/", views.message, name="message"),
    path("<uuid:message_id>/files/<uuid:file_id>/", views.attachment, name="attachment"),
]
