from django.apps import AppConfig


class LessonsConfig(AppConfig):
    name = "madoguchi.engines.lessons"
    label = "lessons"

    def ready(self) -> None:
        from . import jobs, listening, metrics  # noqa: F401  they register themselves
