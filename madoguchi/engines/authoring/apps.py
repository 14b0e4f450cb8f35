from django.apps import AppConfig


class AuthoringConfig(AppConfig):
    name = "madoguchi.engines.authoring"
    label = "authoring"

    def ready(self) -> None:
        from . import jobs, listening, pack  # noqa: F401  they register themselves
