from django.apps import AppConfig


class CouncilsConfig(AppConfig):
    name = "madoguchi.engines.councils"
    label = "councils"

    def ready(self) -> None:
        from . import metrics, pack  # noqa: F401  they register themselves
