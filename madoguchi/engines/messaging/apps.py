from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "madoguchi.engines.messaging"
    label = "messaging"

    def ready(self) -> None:
        from . import jobs  # noqa: F401  they register themselves with the worker
