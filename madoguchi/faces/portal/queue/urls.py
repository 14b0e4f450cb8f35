"""Addresses of the counters' queues, under /queue/."""

from django.urls import path

from . import boards, guides, surveys, tickets

app_name = "queue"
urlpatterns = [
    path("", boards.board, name="board"),
    path("guide/", guides.events, name="guide"),
    path("guide/<slug:event>/", guides.guide, name="guided"),
    path("survey/", surveys.results, name="survey"),
    path("survey.csv", surveys.results_csv, name="survey_csv"),
    path("t/<str:secret>/", tickets.ticket, name="ticket"),
    path("t/<str:secret>/leave/", tickets.leave, name="leave"),
    path("t/<str:secret>/tell/", tickets.tell, name="tell"),
    path("t/<str:secret>/opinion/", tickets.opinion, name="opinion"),
    path("<slug:counter>/", boards.counter, name="counter"),
    path("<slug:counter>/take/", tickets.take, name="take"),
    path("<slug:counter>/congestion.csv", boards.congestion_csv, name="congestion_csv"),
]
