"""手続きを作る: the list, the pages one writes on, practice, and the second person's page."""

from django.urls import path

from . import files, pages, practice, publishing, questions, views

app_name = "authoring"
urlpatterns = [
    path("authoring/", views.listing, name="list"),
    path("authoring/new/", views.new, name="new"),
    path("authoring/<uuid:blueprint_id>/", views.overview, name="overview"),
    path("authoring/<uuid:blueprint_id>/basics/", pages.basics, name="basics"),
    path("authoring/<uuid:blueprint_id>/questions/", questions.listing, name="questions"),
    path("authoring/<uuid:blueprint_id>/questions/new/", questions.new, name="question_new"),
    path("authoring/<uuid:blueprint_id>/questions/<slug:key>/", questions.edit, name="question"),
    path("authoring/<uuid:blueprint_id>/questions/<slug:key>/move/", questions.move, name="question_move"),
    path(
        "authoring/<uuid:blueprint_id>/questions/<slug:key>/remove/", questions.remove, name="question_remove"
    ),
    path("authoring/<uuid:blueprint_id>/papers/", pages.papers, name="papers"),
    path("authoring/<uuid:blueprint_id>/papers/new/", pages.paper, name="paper_new"),
    path("authoring/<uuid:blueprint_id>/papers/<slug:paper_id>/", pages.paper, name="paper"),
    path("authoring/<uuid:blueprint_id>/channels/", pages.channels, name="channels"),
    path("authoring/<uuid:blueprint_id>/route/", pages.route, name="route"),
    path("authoring/<uuid:blueprint_id>/letters/", pages.letters, name="letters"),
    path("authoring/<uuid:blueprint_id>/letters/<slug:key>/", pages.letter, name="letter"),
    path("authoring/<uuid:blueprint_id>/deadline/", pages.deadline, name="deadline"),
    path("authoring/<uuid:blueprint_id>/languages/", pages.languages, name="languages"),
    path("authoring/<uuid:blueprint_id>/languages/<slug:code>/", pages.language, name="language"),
    path("authoring/<uuid:blueprint_id>/yaml/", files.yaml, name="yaml"),
    path("authoring/<uuid:blueprint_id>/export/", files.export, name="export"),
    path("authoring/<uuid:blueprint_id>/import/", files.take_in, name="import"),
    path("authoring/<uuid:blueprint_id>/practice/", practice.practice, name="practice"),
    path("authoring/<uuid:blueprint_id>/practice/start/", practice.start, name="practice_start"),
    path("authoring/<uuid:blueprint_id>/practice/<uuid:run_id>/wipe/", practice.wipe, name="practice_wipe"),
    path("authoring/<uuid:blueprint_id>/ask/", publishing.ask, name="ask"),
    path("authoring/<uuid:blueprint_id>/take-back/", publishing.take_back, name="take_back"),
    path("authoring/<uuid:blueprint_id>/review/", publishing.review, name="review"),
    path("authoring/<uuid:blueprint_id>/publish/", publishing.publish, name="publish"),
    path("authoring/<uuid:blueprint_id>/send-back/", publishing.send_back, name="send_back"),
    path("authoring/<uuid:blueprint_id>/withdraw/", publishing.withdraw, name="withdraw"),
]
